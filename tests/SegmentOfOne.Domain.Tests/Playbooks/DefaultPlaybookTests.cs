using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Playbooks;

public sealed class DefaultPlaybookTests
{
    [Fact]
    public void The_default_playbook_has_no_mistake()
    {
        Playbook.Parse(Playbook.DefaultSource.Span, 1).Errors.ShouldBeEmpty();
    }
}
