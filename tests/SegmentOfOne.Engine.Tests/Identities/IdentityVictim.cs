using System.Diagnostics;
using SegmentOfOne.Domain.Identity;
using SegmentOfOne.Engine.Tests.Hosting;

namespace SegmentOfOne.Engine.Tests.Identities;

/// <summary>A process that brings two customers together, or parts them, and is killed, by itself, the moment that a step is done.</summary>
internal static class IdentityVictim
{
    public const string Verb = "identity";

    /// <param name="args">The verb, the data folder, what to do, and the step after which it ends.</param>
    public static async Task<int> Run(string[] args)
    {
        await using var engine = await EmbeddedEngine.Open(new EngineOptions { DataFolder = args[1], Playbook = SignInShop.Source }, default);
        engine.Home.Identities.Reached = step =>
        {
            if (step.GetType().Name == args[3])
            {
                Process.GetCurrentProcess().Kill();
                Thread.Sleep(Timeout.Infinite);
            }
        };
        if (args[2] == "merge")
        {
            await engine.Turn(SignInShop.SignIn(SignInShop.Device(1), "sign-in", "ada"), default);
        }
        else
        {
            await engine.Names.Unmerge(SignInShop.Device(1), default);
        }

        return 0;
    }
}
