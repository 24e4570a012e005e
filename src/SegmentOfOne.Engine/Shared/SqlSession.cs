using System.Data;
using System.Data.Common;

namespace SegmentOfOne.Engine.Shared;

/// <summary>
/// One connection to a shared database with its prepared statements. A connection that has broken is replaced when it is used again.
/// Used by one thread at a time. Errors are <see cref="DbException"/>.
/// </summary>
internal sealed class SqlSession(SharedDatabase database, TimeSpan timeout) : IDisposable
{
    private readonly Dictionary<string, SqlStatement> _statements = [];
    private DbConnection? _connection;
    private DbTransaction? _transaction;

    public SqlDialect Dialect => database.Dialect;

    /// <summary>A statement, ready for its parameters.</summary>
    public SqlStatement this[string sql]
    {
        get
        {
            var connection = Connect();
            if (!_statements.TryGetValue(sql, out var statement))
            {
                var command = connection.CreateCommand();
                command.CommandText = database.In(sql);
                command.CommandTimeout = (int)timeout.TotalSeconds;
                statement = new SqlStatement(command, database.Dialect);
                _statements.Add(sql, statement);
            }

            return statement.In(_transaction);
        }
    }

    public void Begin() => _transaction = Connect().BeginTransaction(IsolationLevel.ReadCommitted);

    public void Commit()
    {
        var transaction = _transaction!;
        _transaction = null;
        using (transaction)
        {
            transaction.Commit();
        }
    }

    /// <summary>Ends a transaction, whatever has become of it.</summary>
    public void Rollback()
    {
        var transaction = _transaction;
        _transaction = null;
        try
        {
            transaction?.Rollback();
            transaction?.Dispose();
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            // A connection that can't even roll back is of no more use, and the server rolls back when it closes.
            Disconnect();
        }
    }

    /// <summary>Reads; once more on another connection when the one that there was turns out to have broken.</summary>
    public T Read<T>(Func<T> read)
    {
        var reused = _connection is { State: ConnectionState.Open };
        try
        {
            return read();
        }
        catch (DbException) when (reused && _connection is not { State: ConnectionState.Open })
        {
            return read();
        }
    }

    public void Dispose()
    {
        _transaction?.Dispose();
        Disconnect();
    }

    private DbConnection Connect()
    {
        if (_connection is { State: ConnectionState.Open })
        {
            return _connection;
        }

        if (_transaction is not null)
        {
            throw new SessionLostException();
        }

        Disconnect();
        var connection = database.Source.OpenConnection();
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = database.Dialect.OpenSession;
            command.ExecuteNonQuery();
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        return _connection = connection;
    }

    private void Disconnect()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _connection?.Dispose();
        _connection = null;
    }
}

/// <summary>The connection broke in the middle of a transaction.</summary>
internal sealed class SessionLostException() : DbException("The connection to the database was lost.");

/// <summary>A statement of a session. Parameters keep their values.</summary>
internal sealed class SqlStatement(DbCommand command, SqlDialect dialect) : IDisposable
{
    private readonly Dictionary<string, DbParameter> _parameters = [];
    private bool _prepared = !dialect.Prepares;

    public SqlStatement Set(string name, object value)
    {
        if (!_parameters.TryGetValue(name, out var parameter))
        {
            parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            command.Parameters.Add(parameter);
            _parameters.Add(name, parameter);
        }

        parameter.Value = value;
        return this;
    }

    public SqlStatement Set(RowSet rows)
    {
        rows.Bind(this, dialect);
        return this;
    }

    public SqlStatement In(DbTransaction? transaction)
    {
        command.Transaction = transaction;
        return this;
    }

    /// <summary>Runs it; how many rows it has changed.</summary>
    public int Run()
    {
        Prepare();
        return command.ExecuteNonQuery();
    }

    public DbDataReader Query()
    {
        Prepare();
        return command.ExecuteReader();
    }

    /// <summary>Runs it; the number that it gives, 0 where it gives nothing.</summary>
    public long Number()
    {
        Prepare();
        return command.ExecuteScalar() is { } value and not DBNull ? Convert.ToInt64(value) : 0;
    }

    public void Dispose() => command.Dispose();

    private void Prepare()
    {
        if (!_prepared)
        {
            command.Prepare();
            _prepared = true;
        }
    }
}
