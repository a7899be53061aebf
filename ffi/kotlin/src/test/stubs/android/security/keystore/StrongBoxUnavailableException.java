package android.security.keystore;

/** As much of Android as the tests need. */
public class StrongBoxUnavailableException extends java.security.ProviderException {
    private static final long serialVersionUID = 1;
}
