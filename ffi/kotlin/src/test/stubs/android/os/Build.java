package android.os;

/** As much of Android as the tests need. */
public final class Build {
    private Build() {}

    public static final class VERSION {
        private VERSION() {}

        public static int SDK_INT = 34;
    }

    public static final class VERSION_CODES {
        private VERSION_CODES() {}

        public static final int P = 28;
    }
}
