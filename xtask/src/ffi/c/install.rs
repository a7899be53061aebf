//! What makes the library be found: `allod.pc`, the files of `CMake`, and programs that find it with them.

use std::path::{Path, PathBuf};

use super::{Compiler, WARNINGS};
use crate::ffi::{installed, library, said};
use crate::steps::{Steps, root, succeeds};

/// Writes `lib/pkgconfig/allod.pc`, `lib/cmake/Allod` and `include` below a folder whose libraries lie in `lib`. All of it may
/// be moved.
pub(crate) fn describe(prefix: &Path) -> Result<(), String> {
    let name = name_in(&prefix.join("lib"))?;
    let version = env!("CARGO_PKG_VERSION");
    let mut numbers = version.split('.');
    let (major, minor) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    let fill = |template: &str, to: &str| -> Result<(), String> {
        let text =
            std::fs::read_to_string(root().join(template)).map_err(|error| format!("{template}: {error}"))?;
        let text = text.replace("@VERSION@", version).replace("@MAJOR@", major).replace("@MINOR@", minor);
        write(
            &prefix.join(to),
            text.replace("@LIBRARY@", &name).replace("@STATIC@", static_needs()).as_bytes(),
        )
    };
    fill("ffi/allod.pc.in", "lib/pkgconfig/allod.pc")?;
    fill("ffi/cmake/AllodConfig.cmake.in", "lib/cmake/Allod/AllodConfig.cmake")?;
    fill("ffi/cmake/AllodConfigVersion.cmake.in", "lib/cmake/Allod/AllodConfigVersion.cmake")?;
    for header in ["allod.h", "allod.hpp"] {
        let text =
            std::fs::read(root().join("ffi/include").join(header)).map_err(|error| error.to_string())?;
        write(&prefix.join("include").join(header), &text)?;
    }
    Ok(())
}

/// What the library is called there: "allod" for liballod.so.
fn name_in(folder: &Path) -> Result<String, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<_> = names
        .filter_map(|name| {
            let (stem, extension) = name.rsplit_once('.')?;
            let is_library = ["so", "dylib", "dll", "a", "lib"].contains(&extension);
            let stem = stem.strip_prefix("lib").unwrap_or(stem);
            (is_library && stem.starts_with("allod")).then(|| stem.to_owned())
        })
        .collect();
    names.sort();
    names.dedup();
    match &names[..] {
        [name] => Ok(name.clone()),
        _ => Err(format!("{}: expected one library, found {names:?}", folder.display())),
    }
}

/// What the static library needs of the system.
const fn static_needs() -> &'static str {
    if cfg!(target_os = "linux") { "-lpthread -ldl -lm" } else { "-lpthread -lm" }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    std::fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

/// Programs that find the library with pkg-config and `CMake`, in a folder that was moved after it was made.
pub(super) fn test(steps: &mut Steps, compiler: &Compiler) {
    let (made, prefix) = (compiler.folder.join("made"), compiler.folder.join("moved"));
    let mut is_made = false;
    steps.call("C: a folder to install from", || {
        std::fs::create_dir_all(made.join("lib")).map_err(|error| error.to_string())?;
        for file in ["liballod_ffi.so", "liballod_ffi.dylib", "liballod_ffi.a"] {
            let (from, to) = (library().join(file), made.join("lib").join(file));
            if from.is_file() && std::fs::hard_link(&from, &to).is_err() {
                std::fs::copy(&from, &to).map_err(|error| error.to_string())?;
            }
        }
        describe(&made)?;
        std::fs::rename(&made, &prefix).map_err(|error| error.to_string())?;
        is_made = true;
        Ok(())
    });
    if is_made {
        with_pkg_config(steps, compiler, &prefix);
        with_cmake(steps, compiler, &prefix);
    }
}

fn with_pkg_config(steps: &mut Steps, compiler: &Compiler, prefix: &Path) {
    const NAME: &str = "C: found with pkg-config";
    if !succeeds("pkg-config", &["--version"]) && !installed(&["pkg-config"]) {
        return steps.skip(NAME, "pkg-config is not installed");
    }
    steps.call(NAME, || {
        let path = format!("--with-path={}", prefix.join("lib/pkgconfig").display());
        let ask = |what: &[&str]| {
            let arguments = [&[path.as_str()], what, &["allod"]].concat();
            said("pkg-config", &arguments).ok_or_else(|| format!("pkg-config {}", arguments.join(" ")))
        };
        if ask(&["--modversion"])? != env!("CARGO_PKG_VERSION") {
            return Err("another version".into());
        }
        let shared = ask(&["--cflags", "--libs"])?;
        let archive = ask(&["--cflags", "--static", "--libs"])?.replace("-lallod_ffi", "-l:liballod_ffi.a");
        for (name, language, flags) in
            [("shared", "c", &shared), ("static", "c", &archive), ("wrapped", "cpp", &shared)]
        {
            let program = compiler.folder.join(format!("pkg-config-{name}"));
            let source = root().join(format!("ffi/tests/c/program/program.{language}"));
            let mut arguments: Vec<String> = WARNINGS.iter().map(|&flag| flag.to_owned()).collect();
            arguments.extend([source.display().to_string(), "-o".into(), program.display().to_string()]);
            arguments.extend(flags.split_whitespace().map(str::to_owned));
            super::run(compiler.of(language), &arguments, &[])?;
            super::run(
                &program.display().to_string(),
                &[],
                &[("LD_LIBRARY_PATH", prefix.join("lib").as_path())],
            )?;
        }
        Ok(())
    });
}

fn with_cmake(steps: &mut Steps, compiler: &Compiler, prefix: &Path) {
    const NAME: &str = "C: found with CMake";
    if !succeeds("cmake", &["--version"]) && !installed(&["cmake", "make"]) {
        return steps.skip(NAME, "cmake is not installed");
    }
    steps.call(NAME, || {
        let build = compiler.folder.join("cmake");
        let configure = |wanted: &str| {
            let arguments = [
                "-S".to_owned(),
                root().join("ffi/tests/c/program").display().to_string(),
                "-B".into(),
                build.display().to_string(),
                format!("-DCMAKE_PREFIX_PATH={}", prefix.display()),
                format!("-DWANTED={wanted}"),
            ];
            super::run("cmake", &arguments, &[])
        };
        let version = env!("CARGO_PKG_VERSION");
        if configure("999.0").is_ok() {
            return Err("a version that is not there was found".into());
        }
        configure(version.rsplit_once('.').map_or(version, |(series, _)| series))?;
        super::run("cmake", &["--build".into(), build.display().to_string()], &[])?;
        for program in ["shared", "static", "wrapped"] {
            super::run(&path(&build, program), &[], &[])?;
        }
        Ok(())
    });
}

fn path(folder: &Path, name: &str) -> String {
    PathBuf::from(folder).join(name).display().to_string()
}
