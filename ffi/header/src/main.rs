//! Writes the C header of the crate `allod-ffi` to the path that is given.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: allod-ffi-header <path of the header>");
        return ExitCode::from(2);
    };
    match write(&path) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn write(path: &Path) -> Result<(), String> {
    let ffi = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let config = cbindgen::Config::from_file(ffi.join("cbindgen.toml"))?;
    let bindings = cbindgen::Builder::new().with_crate(&ffi).with_config(config).generate();
    let mut header = Vec::new();
    bindings.map_err(|error| error.to_string())?.write(&mut header);
    std::fs::write(path, header).map_err(|error| format!("{}: {error}", path.display()))
}
