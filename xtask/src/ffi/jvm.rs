//! Tests in Kotlin and Java. Gradle is not needed: the compilers are called as they are, and what they made is kept under a
//! hash of what it was made of.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::slice;

use super::{installed, library, said};
use crate::steps::{Steps, root, succeeds};

const NAME: &str = "Kotlin and Java over the C ABI";
/// Brings a compiler of Kotlin 2 and its library, as files in an archive.
const COMPILER: &str = "kotlin-jupyter-kernel==0.19.0.944";
const MAIN: &str = "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler";
const SOURCES: &str = "ffi/kotlin/src/main/kotlin";
const TESTS: [&str; 4] = [
    "ffi/kotlin/src/test/kotlin",
    "ffi/kotlin/src/test/java",
    "ffi/kotlin/src/test/stubs",
    "ffi/kotlin/android/src",
];
const README: &str = "ffi/kotlin/README.md";
/// No server, and seldom more than a few seconds: what starts fast is faster.
const JVM: [&str; 2] = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

pub(crate) fn test(steps: &mut Steps) {
    let tools = match Tools::find() {
        Ok(tools) => tools,
        Err(why) => return steps.skip(NAME, &why),
    };
    let mut built = None;
    steps.call("Kotlin and Java: compiling", || {
        built = Some(Built::of(&tools)?);
        Ok(())
    });
    let Some(built) = built else { return };
    let vectors = vectors();
    if vectors.is_none() {
        steps.skip("Kotlin and Java: vectors from elsewhere", "../shared/vectors is not there");
    }
    let vectors = vectors.map_or_else(|| "-".to_owned(), |path| path.display().to_string());
    let (root, library) = (root().display().to_string(), library().display().to_string());
    let (path, library) = (tools.path(&[&built.main, &built.tests]), format!("-Djna.library.path={library}"));
    let mut arguments = vec![library.as_str(), "-cp", &path, "allod.test.MainKt", &root, &vectors];
    arguments.extend(built.examples.iter().map(String::as_str));
    steps.command(NAME, "java", &arguments, &[]);
}

/// A JDK, JNA and a compiler of Kotlin.
struct Tools {
    jna: PathBuf,
    compiler: PathBuf,
    kotlin: PathBuf,
}

impl Tools {
    fn find() -> Result<Self, String> {
        let jna = PathBuf::from("/usr/share/java/jna.jar");
        let has_jdk = || {
            said("javac", &["--release", "17", "-version"]).is_some() && said("java", &["-version"]).is_some()
        };
        if !has_jdk() || !jna.exists() {
            let _looked_at_below = installed(&["openjdk-17-jdk-headless", "libjna-java"]);
        }
        if !has_jdk() {
            return Err("there is no JDK of 17 or newer, and none could be installed".to_owned());
        }
        if !jna.exists() {
            return Err("JNA (libjna-java) is not there, and could not be installed".to_owned());
        }
        let jars = jars().ok_or_else(|| format!("the compiler in {COMPILER} could not be had from PyPI"))?;
        let jar = |begins: &str, ends: &str| {
            let found = list(&jars, "jar").into_iter().find(|path| {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                name.starts_with(begins) && name.ends_with(ends)
            });
            found.ok_or_else(|| format!("{COMPILER} has no {begins}*{ends}"))
        };
        let compiler = jar("kotlin-jupyter-kernel-", "-all.jar")?;
        Ok(Self { jna, compiler, kotlin: jar("kotlin-stdlib-", ".jar")? })
    }

    /// A class path with these folders.
    fn path(&self, folders: &[&Path]) -> String {
        let parts: Vec<_> = [&*self.kotlin, &*self.jna].into_iter().chain(folders.iter().copied()).collect();
        parts.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(":")
    }

    fn kotlin(&self, path: &str, out: &Path, options: &[&str], sources: &[PathBuf]) -> Result<(), String> {
        let mut command = Command::new("java");
        let compiler = format!("{}:{}", self.compiler.display(), self.kotlin.display());
        command.args(JVM).args(["-cp", &compiler, MAIN, "-no-stdlib", "-no-reflect", "-Werror"]);
        command.args(["-jvm-target", "1.8", "-cp", path, "-d"]).arg(out).args(options).args(sources);
        done("the compiler of Kotlin", &mut command)
    }

    fn java(path: &str, out: &Path, sources: &[PathBuf]) -> Result<(), String> {
        let mut command = Command::new("javac");
        command
            .args(["-Xlint:all,-classfile", "-Werror", "-proc:none", "-cp", path, "-d"])
            .arg(out)
            .args(sources);
        done("the compiler of Java", &mut command)
    }
}

/// What was compiled, and the names of the README's examples.
struct Built {
    main: PathBuf,
    tests: PathBuf,
    examples: Vec<String>,
}

impl Built {
    fn of(tools: &Tools) -> Result<Self, String> {
        let sources = list(&root().join(SOURCES), "kt");
        let main = cached("main", slice::from_ref(&tools.compiler), &sources, |out| {
            // What Java 8 has, Android has as well.
            let options = ["-module-name", "allod", "-Xjdk-release=8"];
            tools.kotlin(&tools.path(&[]), out, &options, &sources)
        })?;
        let (folder, examples) = examples()?;
        let folders: Vec<_> = TESTS.iter().map(|folder| root().join(folder)).chain([folder]).collect();
        let of = |ending: &str| folders.iter().flat_map(|folder| list(folder, ending)).collect::<Vec<_>>();
        let (kotlin, java) = (of("kt"), of("java"));
        let all = [&kotlin[..], &java].concat();
        let tests = cached("tests", slice::from_ref(&main), &all, |out| {
            // Kotlin reads the sources of Java, and Java the classes of Kotlin.
            tools.kotlin(&tools.path(&[&main]), out, &["-module-name", "tests"], &all)?;
            Tools::java(&tools.path(&[&main, out]), out, &java)
        })?;
        Ok(Self { main, tests, examples })
    }
}

/// The examples of the README as files, with what they are to print, and the classes to run.
fn examples() -> Result<(PathBuf, Vec<String>), String> {
    let text = fs::read_to_string(root().join(README)).map_err(|error| format!("{README}: {error}"))?;
    let coordinates = concat!("allod:allod:", env!("CARGO_PKG_VERSION"), "\"");
    if !text.contains(coordinates) {
        return Err(format!("{README} does not say {coordinates}"));
    }
    let folder = root().join("target/jvm/examples");
    let _none_at_first = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let mut classes = Vec::new();
    for (at, block) in text.split("\n```").enumerate() {
        let (language, code) = block.split_once('\n').unwrap_or_default();
        let (file, class) = match language {
            "kotlin" => (format!("Example{at}.kt"), format!("Example{at}Kt")),
            "java" => {
                let name =
                    code.split_once("public class ").and_then(|(_, after)| after.split_whitespace().next());
                let name =
                    name.ok_or_else(|| format!("{README}: an example in Java without a public class"))?;
                (format!("{name}.java"), name.to_owned())
            }
            _ => continue,
        };
        let printed = printed(code);
        if printed.is_empty() {
            return Err(format!("{README}: {file} says of nothing what it prints"));
        }
        fs::write(folder.join(file), code).map_err(|error| error.to_string())?;
        fs::write(folder.join(format!("{class}.out")), printed).map_err(|error| error.to_string())?;
        classes.push(class);
    }
    if classes.is_empty() { Err(format!("{README} has no examples")) } else { Ok((folder, classes)) }
}

/// What an example prints, by its own comments: the line that allows says it, and the one that denies, which is not to be reached, does not.
fn printed(code: &str) -> String {
    let lines = code.lines().filter_map(|line| line.split_once("println(")?.1.split_once("// "));
    lines.flat_map(|(_, printed)| [printed.trim(), "\n"]).collect()
}

/// A folder of what was made of these sources before, or is made now.
fn cached(
    name: &str,
    besides: &[PathBuf],
    sources: &[PathBuf],
    make: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let mut hasher = DefaultHasher::new();
    besides.hash(&mut hasher);
    for source in sources {
        source.hash(&mut hasher);
        fs::read(source).map_err(|error| format!("{}: {error}", source.display()))?.hash(&mut hasher);
    }
    let folder = root().join("target/jvm").join(format!("{name}-{:016x}", hasher.finish()));
    if !folder.exists() {
        // It gets its name once it is whole.
        let half = folder.with_extension("half");
        let _left_by_a_run_that_failed = fs::remove_dir_all(&half);
        fs::create_dir_all(&half).map_err(|error| error.to_string())?;
        make(&half)?;
        for older in fs::read_dir(root().join("target/jvm")).into_iter().flatten().flatten() {
            let is_older = older
                .file_name()
                .to_string_lossy()
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('-'));
            if is_older && older.path() != half {
                let _may_stay = fs::remove_dir_all(older.path());
            }
        }
        fs::rename(&half, &folder).map_err(|error| error.to_string())?;
    }
    Ok(folder)
}

/// The compiler's archives, which are brought once.
fn jars() -> Option<PathBuf> {
    let folder = root().join("target/jvm").join(COMPILER.replace("==", "-"));
    let jars = folder.join("run_kotlin_kernel/jars");
    if !jars.is_dir() {
        let at = folder.display().to_string();
        let options =
            ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target", &at];
        if !succeeds("python3", &["-m", "pip", "--version"]) {
            let _looked_at_below = installed(&["python3-pip"]);
        }
        let _looked_at_below = succeeds("python3", &[&options[..], &[COMPILER]].concat());
    }
    jars.is_dir().then_some(jars)
}

/// Where the vectors from elsewhere are, if they are.
fn vectors() -> Option<PathBuf> {
    let named = std::env::var_os("ALLOD_VECTORS").map(PathBuf::from);
    Some(named.unwrap_or_else(|| root().join("../shared/vectors"))).filter(|folder| folder.is_dir())
}

/// All files below a folder with this ending, sorted.
fn list(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(list(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn done(what: &str, command: &mut Command) -> Result<(), String> {
    let status =
        command.current_dir(root()).stdin(Stdio::null()).status().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("{what}: {status}")) }
}
