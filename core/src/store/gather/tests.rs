//! Small worlds, looked through by brute force as well.
