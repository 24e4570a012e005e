using System.Text;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain;

/// <summary>
/// What a request must be to become a turn, checked in one order, the first fault named. Broken text is refused, never mended:
/// lone surrogates, and U+FFFD, which decoders leave where bytes were no UTF-8. Control characters are refused everywhere but for
/// tab, line feed and carriage return in the text of a property. Times are checked against <c>now</c>.
/// </summary>
public static class RequestRules
{
    /// <summary>At the most, of UTF-8, for a unit of UTF-16.</summary>
    private const int BytesOfUnit = 3;

    /// <summary>The first fault, or null.</summary>
    public static Refusal? Check(TurnRequest request, Playbook playbook, Instant now) =>
        CheckCustomer(request.Customer)
        ?? CheckInteraction(request, now)
        ?? CheckProperties(request.Properties)
        ?? CheckPlacements(request, playbook);

    /// <summary>Whether the money that the interaction moves by the playbook is within bounds; null when it is, or moves none.</summary>
    internal static Refusal? CheckAmount(InteractionRule? rule, in Scope scope) =>
        rule?.Revenue is { } revenue && !revenue.TryAmount(scope, out _)
            ? new Refusal(RefusalCode.AmountTooLarge, $"An amount of money has at most 28 digits and is at most {PlaybookLimits.Amount}, up or down.")
            : null;

    /// <summary>Whether the interaction may be taken of a customer that may not want to be tracked; null when it may.</summary>
    internal static Refusal? CheckTracking(InteractionRule? rule, CustomerState state) => rule is { Tracking: true } && state.Consent.DoNotTrack
        ? new Refusal(RefusalCode.DoNotTrack, $"The customer doesn't want to be tracked: {rule.Type} is not taken. Decisions can be asked for without it.")
        : null;

    private static Refusal? CheckCustomer(Identifier? customer)
    {
        if (customer is null || string.IsNullOrEmpty(customer.Kind) || string.IsNullOrEmpty(customer.Value))
        {
            return new Refusal(RefusalCode.CustomerMissing, "A request names its customer by kind and value.");
        }

        if (IsLonger(customer.Kind, Limits.IdentifierKindBytes))
        {
            return TooLong(RefusalCode.IdentifierTooLong, "The identifier's kind", Limits.IdentifierKindBytes);
        }

        if (IsLonger(customer.Value, Limits.IdentifierValueBytes))
        {
            return TooLong(RefusalCode.IdentifierTooLong, "The identifier's value", Limits.IdentifierValueBytes);
        }

        return CheckName(customer.Kind, "The identifier's kind", Limits.IdentifierKindBytes)
            ?? CheckName(customer.Value, "The identifier's value", Limits.IdentifierValueBytes);
    }

    private static Refusal? CheckInteraction(TurnRequest request, Instant now)
    {
        if (request.Type is null)
        {
            return request.Placements.IsEmpty
                ? new Refusal(RefusalCode.NothingAsked, "Without an interaction a request names at least one placement.")
                : CheckName(request.Id, "The request's id", Limits.InteractionIdBytes)
                    ?? CheckName(request.Channel, "The channel", Limits.ChannelBytes);
        }

        if (request.Id.Length == 0)
        {
            return new Refusal(RefusalCode.InteractionIdMissing, "An interaction has an id, so that it can be told again without harm.");
        }

        if (request.Type.Length == 0)
        {
            return new Refusal(RefusalCode.TypeMissing, "An interaction has a type.");
        }

        if (request.OccurredAt > now + Limits.Ahead)
        {
            return new Refusal(RefusalCode.InTheFuture, $"It cannot have happened at {request.OccurredAt}: it is {now}.");
        }

        if ((request.OccurredAt ?? now) < Instant.Epoch)
        {
            return new Refusal(RefusalCode.TooOld, "What happened before 1970 is not taken.");
        }

        return CheckName(request.Id, "The interaction's id", Limits.InteractionIdBytes)
            ?? CheckName(request.Type, "The type", Limits.TypeBytes)
            ?? CheckName(request.Channel, "The channel", Limits.ChannelBytes);
    }

    private static Refusal? CheckProperties(Properties properties)
    {
        if (properties.Count > Limits.Properties)
        {
            return new Refusal(
                RefusalCode.TooManyProperties, $"{properties.Count} properties; at most {Limits.Properties} are taken.");
        }

        var units = 0L;
        foreach (var (name, value) in properties)
        {
            if (name.Length == 0)
            {
                return new Refusal(RefusalCode.PropertyNameMissing, "Every property has a name.");
            }

            if (CheckName(name, "A property's name", Limits.PropertyNameBytes) is { } badName)
            {
                return badName;
            }

            if (value.Kind == PropertyKind.Number && !double.IsFinite(value.Number))
            {
                return new Refusal(RefusalCode.NumberNotFinite, $"Property {name} is not a finite number.");
            }

            if (value.Kind == PropertyKind.Text && !IsPlain(value.Text, Limits.PropertyTextBytes)
                && CheckText(value.Text, "Property ", Limits.PropertyTextBytes, name) is { } badText)
            {
                return badText;
            }

            units += name.Length + value.Text.Length;
        }

        return units > Limits.PropertiesBytes / BytesOfUnit && Bytes(properties) is var bytes and > Limits.PropertiesBytes
            ? new Refusal(RefusalCode.PropertiesTooLarge, $"The properties are {bytes} bytes; at most {Limits.PropertiesBytes} are taken.")
            : null;
    }

    private static int Bytes(Properties properties)
    {
        var bytes = 0;
        foreach (var (name, value) in properties)
        {
            bytes += Bytes(name) + Bytes(value.Text);
        }

        return bytes;
    }

    private static Refusal? CheckPlacements(TurnRequest request, Playbook playbook)
    {
        if (request.Placements.Length > Limits.Placements)
        {
            return new Refusal(
                RefusalCode.TooManyPlacements, $"{request.Placements.Length} placements; at most {Limits.Placements} are taken.");
        }

        foreach (var name in request.Placements)
        {
            if (CheckName(name, "A placement", Limits.PlacementBytes) is { } badName)
            {
                return badName;
            }

            if (!playbook.TryPlacement(name, out var placement))
            {
                return new Refusal(RefusalCode.UnknownPlacement, $"The playbook in force has no placement {name}.");
            }

            if (!placement.Serves(request.Channel))
            {
                return new Refusal(RefusalCode.PlacementNotOnChannel, $"Placement {name} does not serve channel {request.Channel}.");
            }
        }

        return null;
    }

    private static Refusal? CheckName(string text, string what, int bytes) => IsPlain(text, bytes)
        ? null
        : CheckText(text, what, bytes) ?? (text.AsSpan().ContainsAny('\t', '\n', '\r') ? Invalid(what) : null);

    /// <summary>Nearly every text is short and printable ASCII: then nothing can be wrong with it.</summary>
    private static bool IsPlain(string text, int bytes)
    {
        if (text.Length > bytes)
        {
            return false;
        }

        foreach (var unit in text)
        {
            if (unit is < ' ' or > '~')
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsLonger(string text, int bytes) => text.Length > bytes / BytesOfUnit && Bytes(text) > bytes;

    /// <param name="name">Follows <paramref name="what"/> where something is wrong: what is right is given no words.</param>
    private static Refusal? CheckText(string text, string what, int bytes, string name = "")
    {
        if (text.Length > bytes || IsLonger(text, bytes))
        {
            return TooLong(RefusalCode.TooLong, what + name, bytes);
        }

        for (var i = 0; i < text.Length; i++)
        {
            var unit = text[i];
            if (char.IsHighSurrogate(unit) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(unit) || unit == '\uFFFD' || (char.IsControl(unit) && unit is not ('\t' or '\n' or '\r')))
            {
                return Invalid(what + name);
            }
        }

        return null;
    }

    private static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);

    private static Refusal TooLong(RefusalCode code, string what, int bytes) => new(code, $"{what} is longer than {bytes} bytes of UTF-8.");

    private static Refusal Invalid(string what) =>
        new(RefusalCode.InvalidText, $"{what} is broken text or has control characters.");
}
