using System.Security.Cryptography;

namespace SegmentOfOne.Engine.Vault;

/// <summary>The key that certificates of erasures are signed with: ECDSA over P-256, drawn at the first use and kept in the vault.</summary>
internal static class Certificates
{
    private const string Name = "certificates";

    public static ECDsa Signer(Keyring keyring)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(keyring.Own(Name, NewKey), out _);
        return key;
    }

    public static string PublicKey(Keyring keyring)
    {
        using var signer = Signer(keyring);
        return signer.ExportSubjectPublicKeyInfoPem();
    }

    private static byte[] NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKey();
    }
}
