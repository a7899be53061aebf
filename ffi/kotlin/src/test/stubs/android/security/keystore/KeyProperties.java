package android.security.keystore;

/** As much of Android as the tests need. */
public final class KeyProperties {
    private KeyProperties() {}

    public static final int PURPOSE_SIGN = 4;
    public static final String DIGEST_SHA256 = "SHA-256";
    public static final String KEY_ALGORITHM_EC = "EC";
}
