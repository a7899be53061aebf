//! The command `allod`: see the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    allod_cli::main()
}
