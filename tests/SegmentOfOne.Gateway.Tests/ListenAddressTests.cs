using SegmentOfOne.Gateway.Hosting;

namespace SegmentOfOne.Gateway.Tests;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:8080", "127.0.0.1:8080")]
    [InlineData("127.3.2.1:0", "127.3.2.1:0")]
    [InlineData("localhost:65535", "127.0.0.1:65535")]
    [InlineData("[::1]:8081", "[::1]:8081")]
    [InlineData("0.0.0.0:8080", "0.0.0.0:8080", false)]
    [InlineData("[::]:8080", "[::]:8080", false)]
    [InlineData("192.168.1.7:8080", "192.168.1.7:8080", false)]
    public void An_address_is_taken_and_it_is_known_who_reaches_it(string text, string address, bool isLoopback = true)
    {
        ListenAddress.TryParse(text, out var parsed, out var problem).ShouldBeTrue(problem);
        (parsed.ToString(), parsed.IsLoopback).ShouldBe((address, isLoopback));
    }

    [Theory]
    [InlineData("::1:8080", "in brackets")]
    [InlineData("127.0.0.1", "not HOST:PORT")]
    [InlineData(":8080", "not HOST:PORT")]
    [InlineData("127.0.0.1:65536", "the port is a number")]
    [InlineData("127.0.0.1:-1", "the port is a number")]
    [InlineData("127.0.0.1:", "the port is a number")]
    [InlineData("example.com:80", "neither an IP address nor localhost")]
    public void Any_other_is_refused_with_the_reason(string text, string reason)
    {
        ListenAddress.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldContain(reason);
    }
}
