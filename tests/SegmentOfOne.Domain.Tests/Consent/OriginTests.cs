using FsCheck;
using FsCheck.Fluent;
using SegmentOfOne.Domain.Consent;
using SegmentOfOne.Domain.Formats;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Consent;

public sealed class OriginTests
{
    [Fact]
    public void A_consent_knows_where_it_was_said_what_proves_it_and_to_which_terms()
    {
        var consent = Told(("channel", "email"), ("source", "paper form"), ("proof", "scan-17"), ("policy_version", 3));
        consent.On("email").ShouldBe(new ConsentRecord(ConsentStatus.Granted, Time.Start, new ConsentOrigin("paper form", "scan-17", "3")));
    }

    [Fact]
    public void Unless_it_says_where_it_was_said_on_the_channel_of_the_interaction()
    {
        Told(("purpose", "sell")).For(Purpose.Sell).Origin.ShouldBe(new ConsentOrigin("web", "", ""));
    }

    [Fact]
    public void What_is_too_long_is_known_by_its_hash_and_no_refusal_is_lost_for_it()
    {
        var (kept, longer) = (new string('p', Limits.ConsentProofLength), new string('p', Limits.ConsentProofLength + 1));
        Told(("purpose", "sell"), ("proof", kept)).For(Purpose.Sell).Origin!.Proof.ShouldBe(kept);
        var origin = Told(("purpose", "sell"), ("proof", longer), ("source", longer), ("policy_version", longer)).For(Purpose.Sell).Origin!;
        origin.Proof.ShouldMatch("^#[0-9a-f]{16}$");
        (origin.Source, origin.PolicyVersion).ShouldBe((origin.Proof, origin.Proof));
        Told(("purpose", "sell"), ("proof", longer + "q")).For(Purpose.Sell).Origin!.Proof.ShouldNotBe(origin.Proof);
    }

    [Fact]
    public void Where_nothing_was_said_it_takes_a_bit_and_one_statement_about_everything_says_its_origin_once()
    {
        var about = new string('s', 40);
        var (silent, told) = (new LivingCustomer(Playbook.Default), new LivingCustomer(Playbook.Default));
        Tell(silent, "top_influence");
        Tell(told, "consent_withdrawn", ("source", about), ("proof", about));
        told.State.Consent.For(Purpose.Ask).Origin!.Proof.ShouldBe(about);

        // A byte of bits, a count of channels, the two texts with their lengths, and of each of seven things a head and a time.
        (told.Bytes.Length - silent.Bytes.Length).ShouldBe(1 + 1 + (2 * 41) + (7 * 2));
    }

    [Fact]
    public void It_comes_back_from_bytes_as_it_was()
    {
        Property.Holds(Statements.State(60, channels: 40), consent =>
        {
            var state = StateOf(consent);
            var read = StateFormat.Read(LivingCustomer.BytesOf(state), LivingCustomer.Key);
            ConsentText.Of(read.Consent).ShouldBe(ConsentText.Of(consent));
            LivingCustomer.BytesOf(read).ShouldBe(LivingCustomer.BytesOf(state));
        });
    }

    [Fact]
    public void Altered_bytes_are_malformed_or_say_something_else_and_nothing_worse()
    {
        var cases = from consent in Statements.State(30, channels: 6)
                    from alterations in Gen.ListOf(
                        from place in Gen.Choose(0, int.MaxValue)
                        from value in Gen.Choose(0, 255)
                        select (place, value), 50)
                    select (consent, alterations);
        var (malformed, others) = (0, 0);
        Property.Holds(cases, each =>
        {
            var bytes = LivingCustomer.BytesOf(StateOf(each.consent));
            foreach (var (place, value) in each.alterations)
            {
                var altered = bytes.ToArray();
                altered[place % altered.Length] = (byte)value;
                try
                {
                    var read = LivingCustomer.BytesOf(StateFormat.Read(altered, LivingCustomer.Key));
                    LivingCustomer.BytesOf(StateFormat.Read(read, LivingCustomer.Key)).ShouldBe(read);
                    others++;
                }
                catch (MalformedBytesException)
                {
                    malformed++;
                }
            }
        }, times: 100);
        (malformed > 500, others > 500).ShouldBe((true, true));
    }

    private static CustomerState StateOf(ConsentState consent)
    {
        var state = new CustomerState(LivingCustomer.Key);
        foreach (var (subject, record) in ConsentText.Records(consent))
        {
            state.Consent.Restore(subject, record);
        }

        return state;
    }

    private static ConsentState Told(params (string, PropertyValue)[] properties)
    {
        var customer = new LivingCustomer(Playbook.Default);
        Tell(customer, "consent_given", properties);
        return customer.State.Consent;
    }

    private static void Tell(LivingCustomer customer, string type, params (string, PropertyValue)[] properties) => customer.Answer(
        new TurnRequest { Customer = Lives.Someone, Id = "1", Type = type, Channel = "web", Properties = Properties.Of(properties) }, Time.Start);
}
