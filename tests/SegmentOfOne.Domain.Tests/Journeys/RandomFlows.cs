namespace SegmentOfOne.Domain.Tests.Journeys;

/// <summary>Random journeys that a playbook accepts: steps lead forward, and back only to steps that take a day or more.</summary>
internal sealed class RandomFlows(Random random)
{
    private static readonly string[] Types = ["a", "b", "c", "ordered"];
    private static readonly string[] Stages = ["purchase", "cultivation"];

    public List<NaiveFlow> Some(bool movable) => [.. Enumerable.Range(0, random.Next(1, 5)).Select(i => Flow($"j{i}", movable))];

    private NaiveFlow Flow(string id, bool movable)
    {
        var steps = Steps();
        var kind = random.Next(14);
        var (keyed, reentry) = (kind < 7 && Chance(3), Chance(2) ? (int?)null : Chance(4) ? NaiveFlow.Never : random.Next(1, 2_000));
        return new NaiveFlow(
            id,
            kind < 7 ? SomeTypes() : [],
            kind is 7 or 8 ? Stages[random.Next(2)] : null,
            kind is 9 or 10 ? kind == 9 : null,
            kind is 11 or 12,
            kind == 13 ? Time.Start + TimeSpan.FromSeconds(random.Next(-40, 365) * 86_400 + random.Next(86_400)) : null,
            Chance(2),
            random.Next(1, 40),
            Chance(3) ? Condition(request: kind < 7) : null,
            keyed,
            keyed && reentry != NaiveFlow.Never ? random.Next(1, 4) : 1,
            reentry,
            steps,
            Chance(3) ? Condition(request: true) : null,
            [.. Enumerable.Range(0, random.Next(3)).Select(i => ($"e{i}", Condition(request: true)))],
            movable && Chance(2)
                ? Enumerable.Range(0, random.Next(3)).ToDictionary(i => $"s{i + 1}", _ => steps[random.Next(steps.Count)].Name)
                : null);
    }

    /// <summary>Steps that nobody reaches are left out.</summary>
    private List<NaiveStep> Steps()
    {
        var count = random.Next(2, 10);
        var steps = new List<NaiveStep>();
        for (var i = 0; i < count - 1; i++)
        {
            steps.Add(Step(i, count, steps));
        }

        steps.Add(new NaiveStep($"s{count - 1}", "exit", Next: Chance(2) ? "completed" : "converted"));
        var reached = new HashSet<string> { "s0" };
        for (var before = 0; before < reached.Count;)
        {
            before = reached.Count;
            reached.UnionWith(steps.Where(step => reached.Contains(step.Name)).SelectMany(Nexts).ToList());
        }

        return [.. steps.Where(step => reached.Contains(step.Name))];
    }

    private static IEnumerable<string> Nexts(NaiveStep step) =>
        step.Kind == "exit" ? [] : [.. (step.Ways ?? []).Select(way => way.Next), .. ((string[])[step.Next, step.Otherwise]).Where(name => name.Length > 0)];

    private NaiveStep Step(int place, int count, List<NaiveStep> before)
    {
        var name = $"s{place}";
        string Forward() => $"s{random.Next(place + 1, count)}";
        string Anywhere() =>
            Chance(3) && before.Where(step => step.TakesTime && step.Seconds >= 86_400).ToList() is { Count: > 0 } back ? back[random.Next(back.Count)].Name : Forward();

        switch (random.Next(10))
        {
            case 0 or 1:
                return new NaiveStep(name, "wait", Seconds: Chance(2) ? random.Next(1, 10_000) : random.Next(86_400, 90 * 86_400), Next: Forward());
            case 2:
                return new NaiveStep(name, "until", Minutes: random.Next(3, 24) * 60 + random.Next(60), Next: Forward());
            case 3 or 4:
                return new NaiveStep(
                    name, "wait_for", Seconds: random.Next(1_000, 40 * 86_400), Types: SomeTypes(), When: Chance(2) ? Condition(request: true) : null,
                    Next: Anywhere(), Otherwise: Forward());
            case 5:
                return new NaiveStep(
                    name, "branch", Ways: [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => ((NaiveCondition?)Condition(request: false), 0, Anywhere()))],
                    Otherwise: Forward());
            case 6:
                var half = random.Next(1, 100);
                return new NaiveStep(name, "split", Ways: [(null, half, Anywhere()), (null, 100 - half, Forward())]);
            case 7:
                var letter = Chance(4);
                return new NaiveStep(
                    name, "decide", Placement: letter ? "letter" : "panel", Action: random.Next(3) switch { 0 => "always", 1 => "never", _ => null },
                    Receiver: letter && Chance(2) ? "post" : null, Next: Anywhere(), Otherwise: Forward());
            case 8:
                return new NaiveStep(name, "set", Minutes: random.Next(3), Next: Forward());
            default:
                return new NaiveStep(name, "open_case", Receiver: "cases", Next: Forward());
        }
    }

    private NaiveCondition Condition(bool request)
    {
        var (type, count, hours, other) = (Types[random.Next(4)], random.Next(1, 6), random.Next(1, 2_000), random.Next(5));
        return random.Next(request ? 11 : 8) switch
        {
            0 => new($"count('{type}') >= {count}", (life, _) => life.Count(type, null) >= count),
            1 => new($"count('{type}', {hours}h) >= {count}", (life, _) => life.Count(type, TimeSpan.FromHours(hours)) >= count),
            2 => new($"orders < {count}", (life, _) => life.Orders < count),
            3 => new($"in_journey('j0') and orders > 1", (life, _) => life.IsIn("j0") && life.Orders > 1),
            4 => new($"not entered_journey('j0')", (life, _) => !life.WasIn("j0")),
            5 => new($"count('{type}', {hours}h) = 0 and count('a') >= 2", (life, _) => life.Count(type, TimeSpan.FromHours(hours)) == 0 && life.Count("a", null) >= 2),
            6 => new($"trait('mood', 0) >= {count}", (life, _) => life.Mood >= count),
            7 => new($"not in_segment('keen') and trait('visits') > {count}", (life, _) => !life.IsKeen() && life.Count("a", null) > count),
            8 => new($"type = '{type}' and has('x')", (_, at) => at?.Type == type && at.X is not null),
            9 => new($"property('x') >= {other}", (_, at) => at?.X >= other),
            _ => new($"type = 'c' or property('x') = {other}", (_, at) => at?.Type == "c" || at?.X == other),
        };
    }

    private List<string> SomeTypes() => [.. Types.Where(_ => Chance(2)).DefaultIfEmpty(Types[random.Next(4)])];

    private bool Chance(int of) => random.Next(of) == 0;
}
