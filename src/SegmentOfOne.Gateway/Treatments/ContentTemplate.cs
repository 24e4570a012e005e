using System.Diagnostics;
using HandlebarsDotNet;
using SegmentOfOne.Domain;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Gateway.Treatments;

/// <summary>One content field, compiled. A field without variables is its text.</summary>
public sealed class ContentTemplate
{
    [ThreadStatic]
    private static Dictionary<string, string>? _values;

    private readonly string _text;
    private readonly HandlebarsTemplate<object, object>? _template;

    public ContentTemplate(ContentRule rule, Compiler compiler)
    {
        _text = rule.Template;
        _template = rule.Template.Contains("{{", StringComparison.Ordinal) ? compiler.Compile(rule) : null;
    }

    /// <summary>The text with its variables, each escaped as the field's format wants it. What a variable says is never read as a template.</summary>
    public string Fill(Properties variables)
    {
        if (_template is null)
        {
            return _text;
        }

        // The template reads them and keeps nothing.
        var values = _values ??= new Dictionary<string, string>(StringComparer.Ordinal);
        values.Clear();
        for (var i = 0; i < variables.Count; i++)
        {
            values.Add(variables[i].Key, variables[i].Value.Text);
        }

        return _template(values);
    }

    /// <summary>The template library, once for each format. A name without a value would be an exception, never a hole.</summary>
    public sealed class Compiler
    {
        private readonly IHandlebars _html = Create(new HtmlEncoder());
        private readonly IHandlebars _text = Create(null);
        private readonly IHandlebars _url = Create(new PercentEncoder());

        public HandlebarsTemplate<object, object> Compile(ContentRule rule) => Of(rule.Format).Compile(rule.Template);

        private IHandlebars Of(ContentFormat format) => format switch
        {
            ContentFormat.Html => _html,
            ContentFormat.Text => _text,
            ContentFormat.Url => _url,
            _ => throw new UnreachableException($"{format} is no format."),
        };

        private static IHandlebars Create(ITextEncoder? encoder) => Handlebars.Create(new HandlebarsConfiguration
        {
            ThrowOnUnresolvedBindingExpression = true,
            NoEscape = encoder is null,
            TextEncoder = encoder,
        });
    }
}
