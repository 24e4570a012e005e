using System.Globalization;
using System.Text;
using System.Text.Json;
using SegmentOfOne.Domain.Playbooks;

namespace SegmentOfOne.Domain.Tests.Playbooks;

/// <summary>Each kind of mistake, by what it is called and where it is found: path, code, and line:column in expressions.</summary>
public sealed class PlaybookMistakeTests
{
    /// <summary>What in the tiny playbook is replaced, by what, and the mistakes that follow, one a line.</summary>
    public static TheoryData<string, string, string> Structure => new()
    {
        { "\"tiny\",", "\"tiny\", \"nam\": 1,", "$.nam unknown_field" },
        { "\"tiny\",", "\"tiny\", \"name\": \"again\",", "$.name duplicate_field" },
        { "\"name\": \"tiny\",", "", "$.name missing_field" },
        { "\"tiny\"", "7", "$.name wrong_type" },
        { "\"tiny\"", "\"\"", "$.name invalid_name" },
        { "\"tiny\"", "\"my playbook\"", "$.name invalid_name" },
        { "\"tiny\",", "\"tiny\", \"description\": \"a\\u0000b\",", "$.description invalid_text" },
        { "\"tiny\",", $"\"tiny\", \"description\": \"{new string('x', 1001)}\",", "$.description too_long" },
        { "\"EUR\"", "\"eur\"", "$.currency invalid_currency" },
        { "\"EUR\"", "null", "$.currency wrong_type" },
        { "\"7d\"", "\"1w\"", "$.engagement.involvement.half_life invalid_duration" },
        { "\"7d\"", "\"1.5d\"", "$.engagement.involvement.half_life invalid_duration" },
        { "\"7d\"", "\"4000d\"", "$.engagement.involvement.half_life invalid_duration" },
        { "\"7d\"", "\"59s\"", "$.engagement.involvement.half_life out_of_range" },
        { "\"7d\"", "7", "$.engagement.involvement.half_life wrong_type" },
        { "\"kappa\": 20", "\"kappa\": 0", "$.engagement.involvement.kappa out_of_range" },
        { "\"kappa\": 20", "\"kappa\": 1e999", "$.engagement.involvement.kappa out_of_range" },
        { "\"kappa\": 20", "\"kapa\": 20", "$.engagement.involvement.kapa unknown_field\n$.engagement.involvement.kappa missing_field" },
        { "\"influence\": 0.25", "\"influence\": 0.5", "$.engagement.blend invalid_blend" },
        { "\"shift\": {", "\"shift\": [], \"x\": {", "$.engagement.x unknown_field\n$.engagement.shift wrong_type" },
        { "\"involvement\": 1,", "\"involvement\": -1,", "$.interactions.viewed.involvement out_of_range" },
        { "\"involvement\": 1,", "\"involvement\": true,", "$.interactions.viewed.involvement wrong_type" },
        { "\"viewed\": {", "\"two words\": { \"weight\": 1 }, \"viewed\": {", "$.interactions[\"two words\"].weight unknown_field" },
        { "\"viewed\": {", $"\"{new string('v', 65)}\": {{}}, \"viewed\": {{", $"$.interactions[\"{new string('v', 64)}…\"] invalid_name" },
        { "\"viewed\": {", "\"größe\": { \"x\": 1 }, \"viewed\": {", "$.interactions[\"größe\"].x unknown_field" },
        { "\"viewed\": {", "\" viewed\": {}, \"viewed\": {", "$.interactions[\" viewed\"] invalid_name" },
        { "\"viewed\": {", "\"viewed\": {}, \"viewed\": {", "$.interactions.viewed duplicate_field" },
        { "\"viewed\": {", "\"viewed\": { \"tracking\": \"yes\",", "$.interactions.viewed.tracking wrong_type" },
        { "\"viewed\": {", "\"told\": { \"tracking\": true, \"consent\": \"given\" }, \"viewed\": {", "$.interactions.told.consent contradiction" },
        { "\"viewed\": {", "\"told\": { \"consent\": \"do_not_sell\" }, \"viewed\": {", "$.interactions.told.consent unknown_value" },
        { "[\"item\"]", "[\"itm\"]", "$.interactions.viewed.evidence[0] unknown_value" },
        { "[\"item\"]", "[\"item\", \"cart\", \"item\"]", "$.interactions.viewed.evidence[2] duplicate_name" },
        { "\"phase\": \"ordered\"", "\"phase\": \"shipped\"", "$.interactions.ordered.episode.phase unknown_value" },
        { "\"product_id\"", $"\"{new string('p', 65)}\"", "$.interactions.viewed.item invalid_name" },
        { "\"awareness\": \"true\"", "\"lapsed\": \"true\"", "$.journey.forward.lapsed unknown_field" },
        { "\"awareness\": \"true\"", "\"awareness\": true", "$.journey.forward.awareness wrong_type" },
        { "\"from\": \"purchase\", \"to\": \"awareness\"", "\"from\": \"awareness\", \"to\": \"purchase\"", "$.journey.back[0] wrong_order" },
        { "\"from\": \"purchase\", \"to\": \"awareness\"", "\"from\": \"purchase\", \"to\": \"lapsed\"", "$.journey.back[0].to unknown_value" },
        { "\"back\": [", "\"back\": [{ \"from\": \"purchase\", \"to\": \"awareness\", \"when\": \"true\" }, ", "$.journey.back[1] duplicate_name" },
        { "\"floor\": \"60d\"", "\"floor\": \"1m\"", "$.journey.lapse.floor out_of_range" },
        { "\"off\": \"intimacy >= 5\"", "\"of\": \"intimacy >= 5\"", "$.journey.overlays.at_risk.of unknown_field\n$.journey.overlays.at_risk.off missing_field" },
        { "\"home\": {", "\"home page\": {}, \"home\": {", "$.placements[\"home page\"] invalid_name" },
        { "[\"web\"]", "[\"web\", \"\"]", "$.placements.home.channels[1] invalid_name" },
        { "[\"web\"]", "\"web\"", "$.placements.home.channels wrong_type" },
        { "[\"home\"]", "[\"hom\"]", "$.actions[0].placements[0] unknown_placement" },
        { "[\"home\"]", "[\"home\", \"home\"]", "$.actions[0].placements[1] duplicate_name" },
        { "\"propensity\": 0.5", "\"propensity\": 1.5", "$.actions[0].propensity out_of_range" },
        { "\"percent\": 20", "\"percent\": -101", "$.actions[0].context[0].percent out_of_range" },
        { "\"season\": 10", "\"season\": \"10\"", "$.actions[0].levers.season wrong_type" },
        { "\"title\": \"Hello\"", "\"title\": 1", "$.actions[0].treatments[0].content.title wrong_type" },
        { "\"actions\": [", "\"actions\": [{ \"id\": \"greet\", \"purpose\": \"inform\", \"placements\": [\"home\"], \"propensity\": 1, \"value\": 1 }, ", "$.actions[1].id duplicate_name" },
        { "\"actions\": [", "\"actions\": [[], ", "$.actions[0] wrong_type" },
        { "\"placements\": [\"home\"]", "\"placements\": []", "$.actions[0].placements unreachable" },
        { "\"purpose\": \"inform\"", "\"purpose\": \"sells\"", "$.actions[0].purpose unknown_value" },
        { "\"purpose\": \"inform\",", "", "$.actions[0].purpose missing_field" },
        { "\"transactional\": false", "\"transactional\": \"no\"", "$.actions[0].transactional wrong_type" },
        { "\"channels\": [\"web\"],\n      \"from\"", "\"channels\": [\"app\"],\n      \"from\"", "$.actions[0] unreachable" },
        { "\"channels\": [\"web\"],\n      \"from\"", "\"channels\": [\"wbe\"],\n      \"from\"", "$.actions[0].channels[0] unknown_channel\n$.actions[0] unreachable" },
        { "\"2020-01-01T00:00:00Z\"", "\"2030-01-01\"", "$.actions[0].from invalid_time" },
        { "\"2020-01-01T00:00:00Z\"", "\"2030-01-01T00:00:00\"", "$.actions[0].from invalid_time" },
        { "\"2020-01-01T00:00:00Z\"", "\"2030-02-30T00:00:00Z\"", "$.actions[0].from invalid_time" },
        { "\"2020-01-01T00:00:00Z\"", "\"2099-01-01T00:00:00Z\"", "$.actions[0].until wrong_order" },
        { "\"orders < 9\"", "\"false\"", "$.actions[0].applicable unreachable" },
        { "\"value\": \"2 + orders\",", "", "$.actions[0] missing_field" },
        { "\"value\": \"2 + orders\",", "\"value\": 2, \"expected_intimacy_change\": 4,", "$.actions[0].expected_intimacy_change contradiction" },
        { "\"value\": \"2 + orders\",", "\"expected_intimacy_change\": 201,", "$.actions[0].expected_intimacy_change out_of_range" },
        { "\"season\": 10", "\"season\": { \"when\": \"at_risk\" }", "$.actions[0].levers.season.percent missing_field" },
        { "\"weight\": 0.5", "\"weight\": 1.5", "$.actions[0].location.weight out_of_range" },
        { "\"fences\": [\"shop\"]", "\"fences\": [\"shpo\"]", "$.actions[0].location.fences[0] unknown_fence" },
        { "\"sensitive\": false", "\"sensitive\": true", "$.actions[0].location.fences[0] contradiction" },
        { "\"title\": \"Hello\"", "\"title\": \"Hello {{nmae}}\"", "$.actions[0].treatments[0].content.title unknown_variable 1:7" },
        { "\"title\": \"Hello\"", "\"title\": { \"template\": \"a\\n {{nmae}}\", \"format\": \"text\" }", "$.actions[0].treatments[0].content.title.template unknown_variable 2:2" },
        { "\"title\": \"Hello\"", "\"title\": { \"template\": \"Hello\", \"format\": \"markdown\" }", "$.actions[0].treatments[0].content.title.format unknown_value" },
        { "\"title\": \"Hello\"", "\"title\": { \"template\": \"Hello\" }", "$.actions[0].treatments[0].content.title.format missing_field" },
        { "\"title\": \"Hello\"", "\"title\": { \"format\": \"url\" }", "$.actions[0].treatments[0].content.title.template missing_field" },
        { "\"title\": \"Hello\"", "\"title\": \"Hello \\\\{{name}}\"", "$.actions[0].treatments[0].content.title invalid_template 1:7" },
        { "\"title\": \"Hello\"", "\"title\": \"Hello {{}}\"", "$.actions[0].treatments[0].content.title invalid_template 1:7" },
        { "\"title\": \"Hello\"", "\"title\": \"Hello {{this.name}}\"", "$.actions[0].treatments[0].content.title invalid_template 1:7" },
        { "\"title\": \"Hello\"", "\"title\": \"" + string.Concat(Enumerable.Repeat("{{name}} ", 17)) + "\"", "$.actions[0].treatments[0].content.title too_many 1:145" },
        { "\"name\": { \"value\"", "\"this\": { \"value\"", "$.actions[0].treatments[0].variables.this invalid_name" },
        { "\"name\": { \"value\"", "\"1st\": { \"value\"", "$.actions[0].treatments[0].variables[\"1st\"] invalid_name" },
        { "\"name\": { \"value\"", "\"a.b\": { \"value\"", "$.actions[0].treatments[0].variables[\"a.b\"] invalid_name" },
        { "\"title\": \"Hello\"", "\"title\": \"Hello {{#if name}}\"", "$.actions[0].treatments[0].content.title invalid_template 1:7" },
        { "\"title\": \"Hello\"", "\"title\": \"Hello {{{name}}}\"", "$.actions[0].treatments[0].content.title invalid_template 1:7" },
        { "\"title\": \"Hello\"", "\"title\": \"Hello {{name\"", "$.actions[0].treatments[0].content.title invalid_template 1:7" },
        { "\"fallback\": \"you\"", "\"fallback\": \"\"", "$.actions[0].treatments[0].variables.name.fallback invalid_text" },
        { "\"fallback\": \"you\"", "\"fallback\": \" \"", "$.actions[0].treatments[0].variables.name.fallback invalid_text" },
        { "\"fallback\": \"you\",", "", "$.actions[0].treatments[0].variables.name.fallback missing_field" },
        { "\"decimals\": 0", "\"decimals\": 0.5", "$.actions[0].treatments[0].variables.name.decimals out_of_range" },
        { "\"home\": {", "\"home\": { \"direction\": \"outward\",", "$.placements.home.direction unknown_value" },
        { "\"home\": {", "\"out\": { \"direction\": \"outbound\" }, \"home\": {", "$.placements.out missing_field" },
        { "\"home\": {", "\"home\": { \"reserve\": \"91d\",", "$.placements.home.reserve out_of_range" },
        { "[\"app\", \"web\"]", "[\"\", \"web\"]", "$.channels[0] invalid_name\n$.contact.quiet_hours[0].channel unknown_channel\n$.consent.channels[0] unknown_channel" },
        { "\"gamma\": 0.5", "\"gamma\": -1", "$.care.gamma out_of_range" },
        { "\"Europe/London\"", "\"Europe/Londn\"", "$.contact.time_zone.default unknown_zone" },
        { "\"21:00\"", "\"9pm\"", "$.contact.quiet_hours[0].from invalid_time" },
        { "\"21:00\"", "\"08:00\"", "$.contact.quiet_hours[0] wrong_order" },
        { "\"08:00\" }]", "\"08:00\" }, { \"channel\": \"app\", \"from\": \"01:00\", \"to\": \"02:00\" }]", "$.contact.quiet_hours[1] duplicate_name" },
        { "\"scope\": \"channel\"", "\"scope\": \"overall\"", "$.contact.caps[0].match contradiction" },
        { "\"scope\": \"channel\"", "\"scope\": \"action\"", "$.contact.caps[0].match unknown_action" },
        { "\"scope\": \"channel\"", "\"scope\": \"purpose\"", "$.contact.caps[0].match unknown_value" },
        { "\"match\": \"web\"", "\"match\": \"webb\"", "$.contact.caps[0].match unknown_channel" },
        { "\"limit\": 3", "\"limit\": 0", "$.contact.caps[0].limit out_of_range" },
        { "\"limit\": 3", "\"limit\": 2.5", "$.contact.caps[0].limit out_of_range" },
        { "\"limit\": 3", "\"limit\": 257", "$.contact.caps[0].limit beyond_ledger" },
        { "\"window\": \"14d\"", "\"window\": \"91d\"", "$.contact.caps[0].window beyond_ledger" },
        { "\"touches\": 8", "\"touches\": 300", "$.contact.sale_share.touches beyond_ledger" },
        { "\"window\": \"20d\"", "\"window\": \"100d\"", "$.contact.sale_share.window beyond_ledger" },
        { "\"sale\": -3", "\"sale\": 3", "$.contact.trust.sale out_of_range" },
        { "\"fans\": {", "\"?\": {", "$.segments[\"?\"] invalid_name" },
        { "\"when\": \"intimacy >= 40\"", "\"wen\": \"intimacy >= 40\"", "$.segments.fans.wen unknown_field\n$.segments.fans missing_field" },
        { "\"when\": \"intimacy >= 40\"", "\"when\": \"true\", \"percentile\": { \"score\": \"value\", \"enter\": 50, \"leave\": 50 }", "$.segments.fans contradiction" },
        { "\"when\": \"intimacy >= 40\"", "\"when\": 40", "$.segments.fans.when wrong_type" },
        { "\"score\": \"influence\"", "\"score\": \"influenz\"", "$.segments.top.percentile.score unknown_value" },
        { "\"score\": \"influence\", ", "", "$.segments.top.percentile.score missing_field" },
        { "\"enter\": 90", "\"enter\": 900", "$.segments.top.percentile.enter out_of_range" },
        { "\"enter\": 90", "\"enter\": 0", "$.segments.top.percentile.enter out_of_range" },
        { "\"leave\": 87", "\"leave\": 91", "$.segments.top.percentile wrong_order" },
        { "\"expires_after\": \"700d\"", "\"expires_after\": \"soon\"", "$.consent.expires_after invalid_duration" },
        { "\"care_after_order\": 4", "\"care_after_order\": -1", "$.contact.care_after_order out_of_range" },
        { "\"types\": [\"viewed\"]", "\"types\": [\"veiwed\"]", "$.contact.intent.types[0] unknown_interaction" },
        { "\"account\": \"user_id\"", "\"account\": \"userid\"", "$.interactions.ordered.identifies.account unknown_identifier_kind" },
        { "\"account\": \"user_id\"", "\"account\": 1", "$.interactions.ordered.identifies.account wrong_type" },
        { "\"priority\": 100", "\"priority\": -1", "$.identity.kinds.user_id.priority out_of_range" },
        { "\"limit\": 2", "\"limit\": 33", "$.identity.kinds.user_id.limit out_of_range" },
        { "\"anonymous\": true", "\"anonymous\": true, \"unique\": true", "$.identity.kinds.device contradiction" },
        { "\"blocked\": [\"nobody\"]", "\"blocked\": [\"nobody\", \"Nobody\"]", "$.identity.blocked[1] duplicate_name" },
        { "\"holds\": \"90m\"", "\"hold\": \"90m\"", "$.contact.intent.hold unknown_field\n$.contact.intent.holds missing_field" },
        { "\"purposes\": [\"sell\"]", "\"purposes\": [\"sale\"]", "$.consent.purposes[0] unknown_value" },
        { "\"leave\": 1.5", "\"leave\": 0.5", "$.location.leave out_of_range" },
        { "\"latitude\": 51.5", "\"latitude\": 91", "$.location.fences[0].latitude out_of_range" },
        { "\"fences\": [\n", "\"fences\": [{ \"id\": \"shop\", \"latitude\": 0, \"longitude\": 0, \"radius_meters\": 50 },\n", "$.location.fences[1].id duplicate_name" },
        { "\"Asia/Tokyo\"", "\"Tokyo\"", "$.location.fences[0].open.time_zone unknown_zone" },
        { "[\"monday\"]", "[\"mon\"]", "$.location.fences[0].open.hours[0].days[0] unknown_value" },
        { "\"to\": \"24:00\"", "\"to\": \"10:00\"", "$.location.fences[0].open.hours[0] wrong_order" },
        { "\"viewed\": {", "\"viewed\": { \"report\": \"opened\",", "$.interactions.viewed.report unknown_value" },
        { "\"viewed\": {", "\"viewed\": { \"consent\": \"granted\",", "$.interactions.viewed.consent unknown_value" },
        { "\"viewed\": {", "\"viewed\": { \"location\": { \"latitude\": \"lat\" },", "$.interactions.viewed.location.longitude missing_field" },
    };

    /// <summary>A condition where the tiny playbook has its action's eligibility, and the mistakes in it.</summary>
    public static TheoryData<string, string> Conditions => new()
    {
        { "", "syntax 1:1" },
        { "intimacy >=", "syntax 1:12" },
        { "intimacy >= 1 orders", "syntax 1:15" },
        { "1 < intimacy < 3", "syntax 1:14" },
        { "(intimacy > 1", "syntax 1:14" },
        { "intimacy > 1 AND orders > 1", "syntax 1:14" },
        { "intimacy > 1 && orders > 1", "syntax 1:14" },
        { "intimacy > 1 || orders > 1", "syntax 1:14" },
        { "!at_risk", "syntax 1:1" },
        { "orders <> 1", "syntax 1:8" },
        { "orders = 1.", "syntax 1:12" },
        { "orders = 1234567890123456", "syntax 1:10" },
        { "silence() > 30days", "syntax 1:13" },
        { "silence() > 1.5d", "syntax 1:13" },
        { "silence() > 9999d", "syntax 1:13" },
        { "channel = 'web", "syntax 1:11" },
        { "channel = 'a\\n'", "syntax 1:13" },
        { "channel = 'a\tb'", "syntax 1:13" },
        { "channel in 'web'", "syntax 1:12" },
        { "channel in ()", "syntax 1:13" },
        { "channel in (channel)", "syntax 1:13" },
        { "orders # 1", "syntax 1:8" },
        { "at_risk and\nnot\n  orders >", "syntax 3:11" },
        { $"channel = '{new string('x', 201)}'", "syntax 1:11" },
        { new string('(', 60) + "at_risk" + new string(')', 60), "too_deep 1:49" },
        { string.Join(" + ", Enumerable.Repeat("orders", 60)) + " > 1", "too_deep 1:107" },
        { $"orders in ({string.Join(", ", Enumerable.Range(0, 101))})", "too_many 1:402" },
        { new string(' ', 2001), "too_long 1:2001" },
        { "intimacy", "type 1:1" },
        { "silence() > 30", "type 1:11" },
        { "orders > 'x'", "type 1:8" },
        { "orders + 1d > 2d", "type 1:8" },
        { "1d * 1d > 1d", "type 1:4" },
        { "-at_risk > 1", "type 1:2" },
        { "not orders", "type 1:5" },
        { "at_risk and orders", "type 1:13" },
        { "at_risk = true", "type 1:9" },
        { "property('vip') in (1, 'a')", "type 1:24" },
        { "at_risk in (1)", "type 1:9" },
        { "channel < 'web'", "type 1:9" },
        { "stage = 3", "type 1:9" },
        { "stage = channel", "type 1:9" },
        { "stage > 'lapsed'", "type 1:7" },
        { "property('x') > 1d", "type 1:1" },
        { "max(1, 2d) > 1", "type 1:1" },
        { "if(orders, 1, 2) > 1", "type 1:4" },
        { "intimcy > 40", "unknown_name 1:1" },
        { "silence > 1d", "unknown_name 1:1" },
        { "stage = purchase", "unknown_name 1:9" },
        { "cont('ordered') > 1", "unknown_function 1:1" },
        { "intimacy() > 1", "unknown_function 1:1" },
        { "count(ordered) > 1", "wrong_arguments 1:1" },
        { "count('ordered', 30) > 1", "wrong_arguments 1:1" },
        { "distinct_items() > 1", "wrong_arguments 1:1" },
        { "silence(1d) > 1d", "wrong_arguments 1:1" },
        { "property(1) > 1", "wrong_arguments 1:1" },
        { "property('x', 1d) > 1d", "wrong_arguments 1:15" },
        { "min(1) > 1", "wrong_arguments 1:1" },
        { "abs(1, 2) > 1", "wrong_arguments 1:1" },
        { "if(at_risk, 1) > 1", "wrong_arguments 1:1" },
        { "count('orderd') > 1", "unknown_interaction 1:7" },
        { "since_last('orderd') > 1d", "unknown_interaction 1:12" },
        { "type = 'orderd'", "unknown_interaction 1:8" },
        { "type in ('ordered', 'orderd')", "unknown_interaction 1:21" },
        { "evidence('carts')", "unknown_evidence 1:10" },
        { "stage >= 'purchased'", "unknown_stage 1:10" },
        { "stage in ('use', 'uses')", "unknown_stage 1:18" },
        { "count('ordered', 30d) >= 65", "beyond_exactness 1:26" },
        { "count('ordered', 30d) > 64", "beyond_exactness 1:25" },
        { "count('ordered', 30d) = 64", "beyond_exactness 1:25" },
        { "64 <= count('ordered', 30d) and 65 <= count('ordered', 30d)", "beyond_exactness 1:33" },
        { "count('ordered', 30d) in (1, 64)", "beyond_exactness 1:30" },
        { "count('ordered', 30d) > 8 * 9", "beyond_exactness 1:27" },
        { "distinct_items(30d) > 64", "beyond_exactness 1:23" },
        { "in_fence('shpo')", "unknown_fence 1:10" },
        { "in_segment('tops')", "unknown_segment 1:12" },
        { "in_segment(top)", "wrong_arguments 1:1" },
        { "in_fence(shop)", "wrong_arguments 1:1" },
        { "trait('viws') > 1", "unknown_trait 1:7" },
        { "trait(views) > 1", "wrong_arguments 1:1" },
        { "trait('views', 1) > 1", "wrong_arguments 1:16" },
        { "trait('vip', 1d)", "wrong_arguments 1:14" },
        { "trait('views')", "type 1:1" },
        { "trait('views') = 'many'", "type 1:16" },
        { "trait('latest') > 1d", "type 1:1" },
        { "trait('brands') > 64", "beyond_exactness 1:19" },
        { "active_days(33d) > 1", "beyond_exactness 1:13" },
        { "active_days(36h) > 1", "beyond_exactness 1:13" },
        { "intimcy > 1 or cont('ordered') > 2\n and stage = 'x'", "unknown_name 1:1\nunknown_function 1:16\nunknown_stage 2:14" },
    };

    /// <summary>An expression at another place than eligibility.</summary>
    public static TheoryData<string, string, string> Places => new()
    {
        { "4 * (property('rating') - 3)", "4 * intimacy", "$.interactions.rated.intimacy not_available 1:5" },
        { "4 * (property('rating') - 3)", "count('rated')", "$.interactions.rated.intimacy not_available 1:1" },
        { "4 * (property('rating') - 3)", "trait('views')", "$.interactions.rated.intimacy not_available 1:1" },
        { "4 * (property('rating') - 3)", "hour_utc()", "$.interactions.rated.intimacy not_available 1:1" },
        { "4 * (property('rating') - 3)", "property('rating') > 3", "$.interactions.rated.intimacy type 1:20" },
        { "orders >= 1", "property('total') >= 1", "$.journey.forward.purchase not_available 1:1" },
        { "interaction < 1", "channel = 'web'", "$.journey.back[0].when not_available 1:1" },
        { "property('total')", "revenue", "$.interactions.ordered.revenue type 1:1" },
        { "property('total')", "log10(property('total'))", "$.interactions.ordered.revenue type 1:1" },
        { "property('total')", "property('total', 'free')", "$.interactions.ordered.revenue type 1:19" },
        { "property('total')", "if(orders > 1, 1, 2)", "$.interactions.ordered.revenue not_available 1:4" },
        { "property('total')", "property('total'", "$.interactions.ordered.revenue syntax 1:17" },
        { "intimacy_fall >= 15", "intimacy_fall", "$.journey.overlays.in_recovery.on type 1:1" },
        { "2 + orders", "'two'", "$.actions[0].value type 1:1" },
        { "channel = 'web'", "chanel = 'web'", "$.actions[0].context[0].when unknown_name 1:1" },
        { "orders = 0", "orders = 0d", "$.actions[0].treatments[0].when type 1:8" },
        { "property('name')", "orders > 1", "$.actions[0].treatments[0].variables.name.value type 1:8" },
        { "property('name')", "silence()", "$.actions[0].treatments[0].variables.name.value type 1:1" },
        { "\"season\": 10", "\"season\": { \"percent\": 10, \"when\": \"oders > 1\" }", "$.actions[0].levers.season.when unknown_name 1:1" },
        { "\"lifetime_value\": 300", "\"lifetime_value\": \"revenu\"", "$.care.lifetime_value unknown_name 1:1" },
        { "intimacy >= 40", "property('total') > 1", "$.segments.fans.when not_available 1:1" },
        { "intimacy >= 40", "in_segment('top')", "$.segments.fans.when not_available 1:1" },
        { "intimacy >= 40", "hour_utc()", "$.segments.fans.when type 1:1" },
        { "orders >= 1", "in_segment('top')", "$.journey.forward.purchase not_available 1:1" },
        { "interaction < 1", "in_segment('top')", "$.journey.back[0].when not_available 1:1" },
        { "intimacy_fall >= 15", "in_segment('top')", "$.journey.overlays.in_recovery.on not_available 1:1" },
        { "4 * (property('rating') - 3)", "if(in_segment('top'), 1, 2)", "$.interactions.rated.intimacy not_available 1:4" },
        { "\"in_stock\": \"true\"", "\"in_stock\": \"orders\"", "$.location.fences[0].in_stock type 1:1" },
    };

    /// <summary>Documents whose fields can't be read at all.</summary>
    public static TheoryData<byte[], string> Documents => new()
    {
        { [0x7B, 0xFF, 0x7D], "$ not_utf8" },
        { ""u8.ToArray(), "$ not_json 1:1" },
        { "{\n \"näme\": tiny }"u8.ToArray(), "$ not_json 2:11" },
        { "{ \"name\": \"a\", }"u8.ToArray(), "$ not_json 1:16" },
        { "{} {}"u8.ToArray(), "$ not_json 1:4" },
        { Encoding.UTF8.GetBytes(new string('[', 17) + new string(']', 17)), "$ not_json 1:17" },
        { "{\n \"name\": \"\\ud800\" }"u8.ToArray(), "$ invalid_text 2:10" },
        { "[]"u8.ToArray(), "$ wrong_type" },
    };

    [Theory]
    [MemberData(nameof(Structure))]
    public void A_mistake_in_the_structure_is_told_with_its_path(string text, string replacement, string mistakes)
    {
        Mistakes(TinyPlaybook.With(text, replacement)).ShouldBe(mistakes);
    }

    [Theory]
    [MemberData(nameof(Conditions))]
    public void A_mistake_in_a_condition_is_told_with_its_position(string condition, string mistakes)
    {
        var expected = string.Join('\n', mistakes.Split('\n').Select(mistake => "$.actions[0].eligible " + mistake));
        Mistakes(TinyPlaybook.WithEligible(condition)).ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void What_an_expression_may_say_depends_on_its_place(string text, string replacement, string mistakes)
    {
        Mistakes(TinyPlaybook.With(text, replacement)).ShouldBe(mistakes);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void What_is_no_document_is_refused_whole(byte[] document, string mistakes)
    {
        Told(Playbook.Parse(document, 1)).ShouldStartWith(mistakes);
    }

    [Fact]
    public void A_document_has_its_size()
    {
        var document = new byte[PlaybookLimits.DocumentBytes + 1];
        document.AsSpan().Fill((byte)' ');
        Encoding.UTF8.GetBytes(TinyPlaybook.Json, document);

        Playbook.Parse(document.AsSpan(..^1), 1).Errors.ShouldBeEmpty();
        Told(Playbook.Parse(document, 1)).ShouldBe("$ too_large");
    }

    [Fact]
    public void Every_mistake_of_a_document_is_told_at_once()
    {
        var json = TinyPlaybook.With("\"EUR\"", "\"euro\"")
            .Replace("\"kappa\": 40", "\"kappa\": -40", StringComparison.Ordinal)
            .Replace("orders >= 1", "oders >= 1", StringComparison.Ordinal)
            .Replace("[\"home\"]", "[\"hime\"]", StringComparison.Ordinal)
            .Replace("\"content\"", "\"contents\"", StringComparison.Ordinal);

        Mistakes(json).Split('\n').ShouldBe(
        [
            "$.currency invalid_currency",
            "$.engagement.influence.kappa out_of_range",
            "$.journey.forward.purchase unknown_name 1:1",
            "$.actions[0].placements[0] unknown_placement",
            "$.actions[0].treatments[0].contents unknown_field",
            "$.actions[0].treatments[0].content missing_field",
        ]);
    }

    [Theory]
    [InlineData("intimcy > 40", "Did you mean `intimacy`?")]
    [InlineData("cuont('ordered') > 1", "Did you mean `count`?")]
    [InlineData("count('orderd') > 1", "Did you mean `ordered`?")]
    [InlineData("trait('favorite') = 'x'", "Did you mean `favourite`?")]
    [InlineData("stage = purchase", "\"purchase\"")]
    [InlineData("silence > 1d", "silence()")]
    [InlineData("intimacy > 1 AND orders > 1", "`and`")]
    [InlineData("silence() > 30", "a duration with a number")]
    public void A_message_says_what_was_probably_meant(string condition, string words)
    {
        TinyPlaybook.Read(TinyPlaybook.WithEligible(condition)).Errors.ShouldHaveSingleItem().Message.ShouldContain(words);
    }

    [Fact]
    public void A_document_of_nothing_but_mistakes_is_told_in_a_bounded_report()
    {
        var action = "{ \"id\": \"?\", \"purpose\": \"inform\", \"placements\": [\"home\"], \"propensity\": 1, \"value\": 1 }";
        var json = TinyPlaybook.With("\"actions\": [", "\"actions\": [" + string.Concat(Enumerable.Repeat(action + ",", 500)));

        TinyPlaybook.Read(json).Errors.Length.ShouldBe(PlaybookLimits.Errors);
    }

    /// <summary>Names beyond the bound of their list are declared nowhere, so that references to names are looked for among few.</summary>
    [Fact]
    public void Names_beyond_the_bound_of_their_list_are_unknown()
    {
        var channels = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"\"c{i}\","));
        var action = "{ \"id\": \"a%\", \"purpose\": \"inform\", \"placements\": [\"home\"], \"channels\": [\"c4999\"], \"propensity\": 1, \"value\": 1 },";
        var json = TinyPlaybook.With("\"channels\": [", "\"channels\": [" + channels)
            .Replace("\"actions\": [", "\"actions\": [" + string.Concat(Enumerable.Range(0, 900).Select(i => action.Replace("%", $"{i}", StringComparison.Ordinal))), StringComparison.Ordinal);

        var errors = TinyPlaybook.Read(json).Errors;
        errors.Length.ShouldBe(PlaybookLimits.Errors);
        $"{errors[0].Path} {errors[0].Code}".ShouldBe("$.placements.home.channels too_many");
        errors.ShouldContain(error => error.Path == "$.actions[0].channels[0]" && error.Code == PlaybookErrorCode.UnknownChannel);
    }

    [Theory]
    [InlineData("\"actions\": [", PlaybookLimits.Actions, "{ \"id\": \"a%\", \"purpose\": \"inform\", \"placements\": [\"home\"], \"propensity\": 1, \"value\": 1 }", "$.actions")]
    [InlineData("\"interactions\": {", PlaybookLimits.Interactions, "\"t%\": {}", "$.interactions")]
    [InlineData("\"placements\": {", PlaybookLimits.Placements, "\"p%\": {}", "$.placements")]
    [InlineData("\"channels\": [", PlaybookLimits.ChannelsOfPlacement, "\"c%\"", "$.placements.home.channels")]
    [InlineData("\"context\": [", PlaybookLimits.ContextWeightsOfAction, "{ \"when\": \"true\", \"percent\": % }", "$.actions[0].context")]
    [InlineData("\"levers\": {", PlaybookLimits.LeversOfAction, "\"l%\": 1", "$.actions[0].levers")]
    [InlineData("\"treatments\": [", PlaybookLimits.TreatmentsOfAction, "{ \"id\": \"t%\", \"content\": {} }", "$.actions[0].treatments")]
    [InlineData("\"variables\": {", PlaybookLimits.VariablesOfTreatment, "\"v%\": { \"value\": \"orders\", \"fallback\": \"x\" }", "$.actions[0].treatments[0].variables")]
    [InlineData("\"caps\": [", PlaybookLimits.Caps, "{ \"scope\": \"overall\", \"limit\": 1, \"window\": \"1d\" }", "$.contact.caps")]
    [InlineData("\"hours\": [", PlaybookLimits.OpenHours, "{ \"from\": \"10:00\", \"to\": \"11:00\" }", "$.location.fences[0].open.hours")]
    [InlineData("\"segments\": {", PlaybookLimits.Segments, "\"s%\": { \"when\": \"true\" }", "$.segments")]
    [InlineData("\"content\": {", PlaybookLimits.FieldsOfContent, "\"f%\": \"x\"", "$.actions[0].treatments[0].content")]
    public void Every_list_has_its_bound(string list, int most, string entry, string path)
    {
        string Filled(int entries) => TinyPlaybook.With(list, list + string.Concat(
            Enumerable.Range(0, entries).Select(i => entry.Replace("%", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) + ",")));

        // One entry stands there already, but of interactions there are three, and of segments two.
        var present = list.Contains("interactions", StringComparison.Ordinal) ? 3 : list.Contains("segments", StringComparison.Ordinal) ? 2 : 1;
        Mistakes(Filled(most - present)).ShouldBeEmpty();
        Mistakes(Filled(most - present + 1)).Split('\n').ShouldContain($"{path} too_many");
    }

    [Fact]
    public void Each_kind_of_mistake_is_in_these_tables()
    {
        var told = Structure.Select(row => (string)row[2])
            .Concat(Conditions.Select(row => "$ " + ((string)row[1]).Replace("\n", "\n$ ", StringComparison.Ordinal)))
            .Concat(Places.Select(row => (string)row[2]))
            .Concat(Documents.Select(row => (string)row[1]))
            .Concat(Journeys.JourneyMistakeTests.Mistakes.Select(row => (string)row[2]))
            .Append("$ " + PlaybookErrorCode.TooLarge)
            .SelectMany(mistakes => mistakes.Split('\n'))
            .Select(mistake => mistake[mistake.IndexOf(' ', mistake.LastIndexOf(']') + 1)..].Split(' ')[1]);

        typeof(PlaybookErrorCode).GetFields().Select(code => (string)code.GetRawConstantValue()!).Except(told).ShouldBeEmpty();
    }

    private static string Mistakes(string json) => Told(TinyPlaybook.Read(json));

    private static string Told(PlaybookParse parse)
    {
        parse.Succeeded.ShouldBe(parse.Errors.IsEmpty);
        return string.Join('\n', parse.Errors.Select(error =>
            $"{error.Path} {error.Code}" + (error.Line is null ? "" : FormattableString.Invariant($" {error.Line}:{error.Column}"))));
    }
}
