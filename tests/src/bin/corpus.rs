//! Writes `fuzz/corpus`: what each fuzzer begins with. The same files each time; crashers are not its business.

use std::path::PathBuf;

use allod_tests::sources::root;
use allod_tests::targets::seeds;

fn main() -> std::io::Result<()> {
    let folder: PathBuf = root().join("fuzz/corpus");
    if folder.is_dir() {
        std::fs::remove_dir_all(&folder)?;
    }
    let (mut files, mut bytes) = (0, 0);
    for (target, seeds) in seeds::all() {
        let folder = folder.join(target);
        std::fs::create_dir_all(&folder)?;
        for (name, seed) in seeds {
            files += 1;
            bytes += seed.len();
            std::fs::write(folder.join(name), seed)?;
        }
    }
    println!("{files} files, {bytes} bytes");
    Ok(())
}
