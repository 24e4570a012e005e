using System.Text;
using SegmentOfOne.Engine.Outbox;

namespace SegmentOfOne.Engine.Tests.Outbox;

public sealed class WebhookSignatureTests
{
    /// <summary>The example that libraries of the standard are tested by.</summary>
    [Fact]
    public void It_is_that_of_the_standards_example()
    {
        var secret = WebhookSignature.ReadSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!.Value;
        WebhookSignature.Of("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""u8, [secret])
            .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        WebhookReceiver.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", Encoding.UTF8.GetBytes("""{"test": 2432232314}"""), WebhookReceiver.Secret)
            .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa")]
    [InlineData("whsec_not base64 at all, is it????")]
    [InlineData("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void What_is_no_secret_is_none(string text) => WebhookSignature.ReadSecret(text).ShouldBeNull();

    [Fact]
    public void Waits_double_to_an_hour_and_are_any_part_of_that()
    {
        double[] seconds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600];
        for (var failures = 1; failures <= seconds.Length; failures++)
        {
            Backoff.AfterFailures(failures, 1).TotalSeconds.ShouldBe(seconds[failures - 1]);
            Backoff.AfterFailures(failures, 0.25).TotalSeconds.ShouldBe(seconds[failures - 1] / 4);
        }

        Backoff.AfterFailures(int.MaxValue, 1).ShouldBe(TimeSpan.FromHours(1));
    }
}
