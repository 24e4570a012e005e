using Google.Protobuf.Reflection;
using SegmentOfOne.Grpc.Client;
using SegmentOfOne.Grpc.Contracts.ReflectionV1;
using SegmentOfOne.Grpc.Server;
using SegmentOfOne.Grpc.Tests.ShelfV1;

namespace SegmentOfOne.Grpc.Tests;

/// <summary>What a server tells tools about its contract.</summary>
public sealed class ReflectionTests(ReflectionTests.Library library) : IClassFixture<ReflectionTests.Library>
{
    [Fact]
    public async Task It_lists_the_services() =>
        (await AskAsync(new() { ListServices = "*" })).ListServicesResponse.Service.Select(service => service.Name).ShouldBe(
            ["echo.v1.Echo", "shelf.v1.Shelf", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"]);

    [Theory]
    [InlineData("shelf.v1.Shelf")]
    [InlineData("shelf.v1.Shelf.Take")]
    [InlineData("shelf.v1.Book")]
    [InlineData(".shelf.v1.Book")]
    [InlineData("shelf.v1.Book.Page")]
    [InlineData("shelf.v1.Book.Page.text")]
    [InlineData("shelf.v1.Book.Binding")]
    [InlineData("shelf.v1.Book.HARD")]
    [InlineData("shelf.v1.Book.owner")]
    [InlineData("shelf.v1.signature")]
    public async Task A_symbol_is_found_with_all_that_its_file_needs(string symbol) =>
        Files(await AskAsync(new() { FileContainingSymbol = symbol })).ShouldBe(["shelf.proto", "google/protobuf/timestamp.proto"]);

    [Theory]
    [InlineData("shelf.proto", new[] { "shelf.proto", "google/protobuf/timestamp.proto" })]
    [InlineData("google/protobuf/timestamp.proto", new[] { "google/protobuf/timestamp.proto" })]
    [InlineData("grpc/reflection/v1/reflection.proto", new[] { "grpc/reflection/v1/reflection.proto" })]
    public async Task A_file_is_found_by_name(string name, string[] files) => Files(await AskAsync(new() { FileByFilename = name })).ShouldBe(files);

    [Fact]
    public async Task An_extension_is_found_by_its_number() =>
        Files(await AskAsync(new() { FileContainingExtension = new() { ContainingType = "shelf.v1.Book", ExtensionNumber = 110 } }))[0].ShouldBe("shelf.proto");

    [Fact]
    public async Task Extension_numbers_of_a_message_are_listed()
    {
        var book = (await AskAsync(new() { AllExtensionNumbersOfType = "shelf.v1.Book" })).AllExtensionNumbersResponse;
        book.BaseTypeName.ShouldBe("shelf.v1.Book");
        book.ExtensionNumber.ShouldBe([110, 120]);
        (await AskAsync(new() { AllExtensionNumbersOfType = "shelf.v1.Book.Page" })).AllExtensionNumbersResponse.ExtensionNumber.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_not_there_is_not_found_and_the_questions_go_on()
    {
        ServerReflectionRequest[] questions =
        [
            new() { FileContainingSymbol = "shelf.v1.Lamp" },
            new() { FileByFilename = "lamp.proto" },
            new() { FileContainingExtension = new() { ContainingType = "shelf.v1.Book", ExtensionNumber = 111 } },
            new() { FileContainingExtension = new() { ContainingType = "shelf.v1.Lamp", ExtensionNumber = 110 } },
            new() { AllExtensionNumbersOfType = "shelf.v1.Lamp" },
        ];
        foreach (var answer in await AskAllAsync(questions))
        {
            answer.ErrorResponse.ErrorCode.ShouldBe((int)StatusCode.NotFound);
        }

        (await AskAsync(new ServerReflectionRequest())).ErrorResponse.ErrorCode.ShouldBe((int)StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task An_answer_repeats_its_question()
    {
        var question = new ServerReflectionRequest { Host = "here", ListServices = "" };
        var answer = await AskAsync(question);
        (answer.ValidHost, answer.OriginalRequest).ShouldBe(("here", question));
    }

    [Fact]
    public async Task A_server_that_stops_ends_the_questions()
    {
        await using var stopping = await EchoServer.StartAsync(map: app => app.MapGrpcReflection());
        using var channel = stopping.Channel();
        using var call = channel.Streaming(Library.Ask, null, CancellationToken.None);
        await call.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        await call.ReadAsync();
        var stop = stopping.StopAsync();
        (await Should.ThrowAsync<GrpcException>(async () => await call.ReadAsync())).Status.ShouldBe(StatusCode.Unavailable);
        await stop;
    }

    private static string[] Files(ServerReflectionResponse answer) =>
        [.. answer.FileDescriptorResponse.FileDescriptorProto.Select(file => FileDescriptorProto.Parser.ParseFrom(file).Name)];

    private async Task<ServerReflectionResponse> AskAsync(ServerReflectionRequest question) => (await AskAllAsync([question]))[0];

    private async Task<List<ServerReflectionResponse>> AskAllAsync(ServerReflectionRequest[] questions)
    {
        using var call = library.Channel.Streaming(Library.Ask, null, CancellationToken.None);
        var answers = new List<ServerReflectionResponse>();
        foreach (var question in questions)
        {
            await call.WriteAsync(question);
            answers.Add((await call.ReadAsync())!);
        }

        call.CompleteWriting();
        (await call.ReadAsync()).ShouldBeNull();
        return answers;
    }

    /// <summary>A server with a shelf, an echo and reflection.</summary>
    public sealed class Library : IAsyncLifetime
    {
        internal static readonly GrpcMethod<ServerReflectionRequest, ServerReflectionResponse> Ask =
            new(ReflectionReflection.Descriptor.Services[0], "ServerReflectionInfo");

        private EchoServer? _server;

        public GrpcChannel Channel { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            _server = await EchoServer.StartAsync(map: static app =>
            {
                app.MapGrpcService(ShelfReflection.Descriptor.Services[0], static shelf => shelf.Unary<Book, Book>("Take", static (book, _) => new(book)));
                app.MapGrpcReflection();
            });
            Channel = _server.Channel();
        }

        public async Task DisposeAsync()
        {
            Channel.Dispose();
            await _server!.DisposeAsync();
        }
    }
}
