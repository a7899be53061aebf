package android.security.keystore;

import java.security.spec.AlgorithmParameterSpec;

/** As much of Android as the tests need. */
public final class KeyGenParameterSpec implements AlgorithmParameterSpec {
    public final String alias;
    public final boolean isStrongBoxBacked;
    public final AlgorithmParameterSpec curve;

    private KeyGenParameterSpec(Builder builder) {
        alias = builder.alias;
        isStrongBoxBacked = builder.isStrongBoxBacked;
        curve = builder.curve;
    }

    public static final class Builder {
        private final String alias;
        private boolean isStrongBoxBacked;
        private AlgorithmParameterSpec curve;

        public Builder(String alias, int purposes) {
            this.alias = alias;
        }

        public Builder setAlgorithmParameterSpec(AlgorithmParameterSpec spec) {
            curve = spec;
            return this;
        }

        public Builder setDigests(String... digests) {
            return this;
        }

        public Builder setIsStrongBoxBacked(boolean isStrongBoxBacked) {
            this.isStrongBoxBacked = isStrongBoxBacked;
            return this;
        }

        public KeyGenParameterSpec build() {
            return new KeyGenParameterSpec(this);
        }
    }
}
