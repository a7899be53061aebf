//! What the header declares, as a table that a program in C walks through: so that a new function is tested before anyone
//! thinks of it.

use std::fmt::Write as _;
use std::path::Path;

use crate::ffi::said;
use crate::steps::root;

/// A function, its parameters as C spells them.
struct Export {
    name: String,
    returns: String,
    parameters: Vec<Parameter>,
}

struct Parameter {
    kind: &'static str,
    /// The handle's type, where it is one.
    handle: Option<String>,
    name: String,
}

pub(super) fn header() -> Result<String, String> {
    std::fs::read_to_string(root().join("ffi/include/allod.h")).map_err(|error| error.to_string())
}

/// All functions of the header.
fn exports(header: &str) -> Result<Vec<Export>, String> {
    let code = without_comments(header).replace("ALLOD_MUST_USE", "");
    let lines = code.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join(" ");
    let declarations = lines.split([';', '{', '}']).filter(|part| !part.contains("typedef"));
    let mut found = Vec::new();
    for declaration in declarations {
        let declaration = declaration.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some((front, parameters)) = declaration.strip_suffix(')').and_then(|text| text.split_once('('))
        else {
            continue;
        };
        let (returns, name) = named(front).ok_or_else(|| format!("what is this: {declaration}"))?;
        let (returns, name) = (returns.to_owned(), name.to_owned());
        found.push(Export { parameters: parameters_of(&name, parameters)?, name, returns });
    }
    if found.len() < 100 {
        return Err(format!("only {} functions were found in the header", found.len()));
    }
    Ok(found)
}

/// A type, and the name behind it.
fn named(text: &str) -> Option<(&str, &str)> {
    let (spelled, name) = text.split_at(text.rfind([' ', '*'])? + 1);
    Some((spelled.trim(), name))
}

/// All types of handles.
fn handles(header: &str) -> Vec<String> {
    let typedefs = header.lines().filter_map(|line| line.strip_prefix("typedef struct "));
    typedefs.filter_map(|rest| rest.split(' ').next().map(str::to_owned)).collect()
}

fn parameters_of(function: &str, text: &str) -> Result<Vec<Parameter>, String> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for text in text.split(',').map(str::trim).filter(|text| *text != "void") {
        let (spelled, name) = named(text).ok_or_else(|| format!("{function}: {text}"))?;
        let name = name.to_owned();
        let handle = |text: &str| text.strip_prefix("Allod").map(|_| text.to_owned());
        let is_length = parameters.last().is_some_and(|last| name == format!("{}_len", last.name));
        let (kind, handle) = match spelled {
            "const void *" => ("DATA", None),
            "const char *" => ("TEXT", None),
            "const AllodToken *const *" => ("LIST", None),
            "size_t" if is_length || name == "count" => ("LENGTH", None),
            "size_t" => ("SIZE", None),
            "uint32_t" => ("NUMBER", None),
            "int64_t" => ("TIME", None),
            "bool *" | "uint32_t *" | "size_t *" | "int64_t *" | "uint8_t *" => ("PLACE", None),
            "void *" => ("CONTEXT", None),
            "AllodSignFn" => ("SIGN", None),
            "AllodHandlerFn" => ("HANDLER", None),
            "AllodDropFn" => ("DROP", None),
            _ => match spelled.strip_prefix("const ").unwrap_or(spelled) {
                other if other.ends_with(" **") => ("RESULT", handle(other.trim_end_matches(" **"))),
                other => ("HANDLE", handle(other.trim_end_matches(" *"))),
            },
        };
        if matches!(kind, "RESULT" | "HANDLE") && handle.is_none() {
            return Err(format!("{function}: nobody here knows what `{text}` is"));
        }
        parameters.push(Parameter { kind, handle, name });
    }
    Ok(parameters)
}

/// The table, in C.
pub(super) fn table(header: &str) -> Result<String, String> {
    let (exports, types) = (exports(header)?, handles(header));
    let mut out = "/* Made of allod.h for walk.c. */\n\nenum type { NO_TYPE".to_owned();
    for name in &types {
        let _ = write!(out, ", T_{name}");
    }
    out += ", TYPES };\n\n";
    for export in &exports {
        thunk(&mut out, export);
    }
    let lines = exports.iter().map(|Export { name, returns, parameters }| {
        let returned = match returns.as_str() {
            "AllodError *" => "ERROR",
            "bool" if name.ends_with("_free") => "FREED",
            _ => "OTHER",
        };
        let call = if returned == "ERROR" { format!("call_{name}") } else { "NULL".to_owned() };
        let free = if returned == "FREED" { format!("free_{name}") } else { "NULL".to_owned() };
        let list = if parameters.is_empty() { "NULL".to_owned() } else { format!("of_{name}") };
        format!("    {{\"{name}\", {returned}, {call}, {free}, {list}, {}}},\n", parameters.len())
    });
    let _ = writeln!(out, "static const struct export exports[] = {{\n{}}};", lines.collect::<String>());
    let names = types.join("\", \"");
    let _ = writeln!(out, "static const char *const type_names[TYPES] = {{\"\", \"{names}\"}};");
    Ok(out)
}

/// Fails where `allod.hpp` leaves something out.
pub(super) fn wrapped(header: &str) -> Result<(), String> {
    let path = root().join("ffi/include/allod.hpp");
    let code = without_comments(&std::fs::read_to_string(path).map_err(|error| error.to_string())?);
    let words: Vec<&str> = code.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
    let left_out = missing(header, &|name| words.contains(&name))?;
    if left_out.is_empty() { Ok(()) } else { Err(format!("allod.hpp has no {}", left_out.join(", "))) }
}

/// Fails where a program does not call everything: what a header only mentions is not compiled until someone calls it.
pub(super) fn reached(program: &Path) -> Result<(), String> {
    let symbols =
        said("nm", &["-D", "--undefined-only", &program.display().to_string()]).ok_or("nm failed")?;
    let called: Vec<&str> = symbols.split_whitespace().collect();
    let left_out = missing(&self::header()?, &|name| called.contains(&name))?;
    if left_out.is_empty() { Ok(()) } else { Err(format!("nobody calls {}", left_out.join(", "))) }
}

fn missing(header: &str, is_there: &dyn Fn(&str) -> bool) -> Result<Vec<String>, String> {
    let names = exports(header)?.into_iter().map(|export| export.name);
    Ok(names.filter(|name| !is_there(name)).collect())
}

/// A call whose arguments lie in an array.
fn thunk(out: &mut String, Export { name, returns, parameters }: &Export) {
    if parameters.is_empty() {
        return;
    }
    let list = parameters.iter().map(|Parameter { kind, handle, name }| {
        let handle = handle.as_ref().map_or_else(|| "NO_TYPE".to_owned(), |handle| format!("T_{handle}"));
        format!("{{{kind}, {handle}, \"{name}\"}}, ")
    });
    let _ = writeln!(out, "static const struct parameter of_{name}[] = {{{}}};", list.collect::<String>());
    if returns == "AllodError *" {
        let arguments = parameters.iter().enumerate().map(|(at, Parameter { kind, .. })| match *kind {
            "LENGTH" | "SIZE" => format!("v[{at}].size"),
            "NUMBER" => format!("v[{at}].number"),
            "TIME" => format!("v[{at}].time"),
            "SIGN" => format!("v[{at}].sign"),
            "HANDLER" => format!("v[{at}].handler"),
            "DROP" => format!("v[{at}].drop"),
            _ => format!("v[{at}].pointer"),
        });
        let arguments = arguments.collect::<Vec<_>>().join(", ");
        let _ = writeln!(
            out,
            "static AllodError *call_{name}(const union value *v)\n{{\n    return {name}({arguments});\n}}\n"
        );
    } else if returns == "bool" && name.ends_with("_free") {
        let _ = writeln!(out, "static bool free_{name}(void *handle)\n{{\n    return {name}(handle);\n}}\n");
    }
}

fn without_comments(text: &str) -> String {
    let mut parts = text.split("/*");
    let mut code = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        code += part.split_once("*/").map_or("", |(_, after)| after);
    }
    code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}
