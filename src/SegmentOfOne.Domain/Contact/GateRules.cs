namespace SegmentOfOne.Domain.Contact;

/// <summary>The rules that are not conditions of a playbook, by the names that receipts and facts have for them.</summary>
internal static class GateRules
{
    public const string Validity = "validity";
    public const string Channel = "channel";
    public const string PurposeConsent = "consent_for_purpose";
    public const string ChannelConsent = "consent_on_channel";
    public const string DoNotContact = "do_not_contact";
    public const string DoNotPersonalise = "do_not_personalise";
    public const string QuietHours = "quiet_hours";
    public const string RecoveryLock = "recovery_lock";
    public const string ComplaintLock = "complaint_lock";
    public const string CareAfterOrder = "care_after_order";
    public const string SaleShare = "sale_share";
    public const string Trust = "trust_balance";
    public const string Ledger = "ledger_full";
    public const string Priority = "priority";
    public const string Treatment = "treatment";
}
