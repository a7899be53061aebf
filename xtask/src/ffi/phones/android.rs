//! What can be said of a library for Android without its NDK.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::ffi::said;
use crate::steps::{Steps, root};

/// Since Android 15 memory pages may have 16 kilobytes.
const PAGE: &str = "16384";

/// What makes the shared library of the static one on a machine with the NDK, which needs no Rust.
pub(super) fn command(target: &str, abi: &str) -> String {
    // The compiler's name is not the target's for 32 bits.
    let clang = target.replace("armv7-", "armv7a-");
    let folder = format!("target/ffi/phones/{target}");
    format!(
        "mkdir -p jniLibs/{abi} && $NDK/toolchains/llvm/prebuilt/linux-x86_64/bin/{clang}24-clang -shared \
         -Wl,-z,max-page-size={PAGE} -Wl,-soname,liballod_ffi.so -Wl,--gc-sections -Wl,--strip-all \
         -Wl,--version-script={folder}/allod.map -Wl,--whole-archive {folder}/liballod_ffi.a -Wl,--no-whole-archive \
         -ldl -lm -o jniLibs/{abi}/liballod_ffi.so"
    )
}

/// Links all of the static library into a shared one, without the system's libraries: whatever is missing then has to be
/// of the system. The outcome shows that it can be linked, and how; it is not what is shipped.
pub(super) fn check(steps: &mut Steps, name: &str, target: &str, archive: &Path) {
    let Some(tools) = tools() else {
        return steps.skip(name, "the compiler comes without rust-lld");
    };
    steps.call(name, || {
        let linked = root().join("target/ffi/phones").join(target).join("link-check.so");
        let emulation = match target {
            "aarch64-linux-android" => "aarch64linux",
            "armv7-linux-androideabi" => "armelf_linux_eabi",
            _ => "elf_x86_64",
        };
        let page = format!("max-page-size={PAGE}");
        let (linked_name, archive) = (linked.display().to_string(), archive.display().to_string());
        let (exports, script) = (exports()?, linked.with_file_name("allod.map"));
        let listed = exports.iter().cloned().collect::<Vec<_>>().join("; ");
        fs::write(&script, format!("{{ global: {listed}; local: *; }};")).map_err(|error| error.to_string())?;
        let script = format!("--version-script={}", script.display());
        let how = ["-flavor", "gnu", "-shared", "-m", emulation, "-z", &page, "-soname", "liballod_ffi.so"];
        let what = ["--gc-sections", "--strip-all", &script, "--whole-archive", &archive, "-o", &linked_name];
        let arguments = [&how[..], &what].concat();
        run(&tools.join("rust-lld"), &arguments)?;
        let has = fs::read(&linked).map_err(|error| error.to_string())?;
        let elf = Elf::read(&has).ok_or("what was linked is no ELF that can be read")?;
        let missing: Vec<_> = exports.iter().filter(|export| !elf.defined.contains(*export)).collect();
        if !missing.is_empty() {
            return Err(format!("exports are missing: {missing:?}"));
        }
        let others: Vec<_> = elf.defined.iter().filter(|name| !exports.contains(*name)).collect();
        if !others.is_empty() {
            return Err(format!("more than the header says is exported: {others:?}"));
        }
        if elf.page < 16384 {
            return Err(format!("its segments are aligned to {} bytes", elf.page));
        }
        println!(
            "   {} exports, pages of {} bytes; {} bytes, and {} names of the system that the NDK has to have: not shipped",
            exports.len(),
            elf.page,
            has.len(),
            elf.undefined.len()
        );
        println!("   {}", elf.undefined.iter().cloned().collect::<Vec<_>>().join(" "));
        Ok(())
    });
}

fn run(program: &Path, arguments: &[&str]) -> Result<(), String> {
    let status = Command::new(program).args(arguments).current_dir(root()).stdin(Stdio::null()).status();
    let status = status.map_err(|error| format!("{}: {error}", program.display()))?;
    if status.success() { Ok(()) } else { Err(format!("{}: {status}", program.display())) }
}

/// The functions that the header declares.
pub(crate) fn exports() -> Result<BTreeSet<String>, String> {
    let header = fs::read_to_string(root().join("ffi/include/allod.h")).map_err(|error| error.to_string())?;
    let declared = header.lines().filter(|line| !line.starts_with(" *") && !line.starts_with("typedef"));
    let names = declared.filter_map(|line| {
        let before = line.split_once('(')?.0;
        let start = before.rfind("allod_")?;
        before.get(start..).map(str::to_owned)
    });
    Ok(names.collect())
}

/// Where the compiler keeps its linker.
fn tools() -> Option<PathBuf> {
    let (sysroot, host) =
        (said("rustc", &["--print", "sysroot"])?, said("rustc", &["--print", "host-tuple"])?);
    let folder = Path::new(&sysroot).join("lib/rustlib").join(host).join("bin");
    folder.join("rust-lld").is_file().then_some(folder)
}

/// What matters of a shared library, little-endian.
struct Elf {
    page: u64,
    defined: BTreeSet<String>,
    undefined: BTreeSet<String>,
}

impl Elf {
    fn read(bytes: &[u8]) -> Option<Self> {
        let number = |at: usize, size: usize| -> Option<u64> {
            let part = bytes.get(at..at.checked_add(size)?)?;
            Some(part.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
        };
        let place = |at: usize, size: usize| number(at, size).and_then(|number| usize::try_from(number).ok());
        if bytes.get(..4)? != b"\x7fELF" {
            return None;
        }
        let wide = *bytes.get(4)? == 2;
        let (segments, sections, counts) = if wide { (32, 40, 54) } else { (28, 32, 42) };
        let word = if wide { 8 } else { 4 };
        let (segments, sections) = (place(segments, word)?, place(sections, word)?);
        let mut page = u64::MAX;
        for index in 0..place(counts + 2, 2)? {
            let at = segments + index * place(counts, 2)?;
            if number(at, 4)? == 1 {
                page = page.min(number(at + if wide { 48 } else { 28 }, word)?);
            }
        }
        let mut elf = Self { page, defined: BTreeSet::new(), undefined: BTreeSet::new() };
        let section = |index: usize| -> Option<usize> { Some(sections + index * place(counts + 4, 2)?) };
        for index in 0..place(counts + 6, 2)? {
            let at = section(index)?;
            // The names that count when it is loaded.
            if number(at + 4, 4)? != 11 {
                continue;
            }
            let (offset, size) = if wide { (24, 32) } else { (16, 20) };
            let (offset, size) = (place(at + offset, word)?, place(at + size, word)?);
            let names = section(place(at + if wide { 40 } else { 24 }, 4)?)?;
            let names = place(names + if wide { 24 } else { 16 }, word)?;
            let entry = if wide { 24 } else { 16 };
            for symbol in (offset..offset + size).step_by(entry).skip(1) {
                let start = names + place(symbol, 4)?;
                let text = bytes.get(start..)?.split(|byte| *byte == 0).next()?;
                let is_defined = number(symbol + if wide { 6 } else { 14 }, 2)? != 0;
                let list = if is_defined { &mut elf.defined } else { &mut elf.undefined };
                list.insert(String::from_utf8_lossy(text).into_owned());
            }
        }
        Some(elf)
    }
}
