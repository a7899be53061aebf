package android.security.keystore;

/** As much of Android as the tests need. */
public class KeyPermanentlyInvalidatedException extends java.security.InvalidKeyException {
    private static final long serialVersionUID = 1;
}
