//! Arguments that wait for the result of another task: unknown to every policy until they are resolved.

use super::case::Case;
use super::world::World;

const TASK: &str = r#"{"/": "bafyreigyftnzjf4rcu7glp5kfop53vqlopc3zcldauoqdxqlz7t4343gr4"}"#;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, key) in [("ok", "await/ok"), ("error", "await/error"), ("any", "await/*")] {
        let args = format!(r#"{{"to": {{"{key}": {TASK}}}, "list": [1, {{"{key}": {TASK}}}], "n": 5}}"#);
        for (index, (policy, description, allowed)) in [
            (r#"[["==", ".n", 5]]"#, "a policy over what is there", true),
            (r#"[["==", ".to", "x"]]"#, "equality with a promise", false),
            (r#"[["!=", ".to", "x"]]"#, "inequality with a promise", false),
            (r#"[["not", ["==", ".to", "x"]]]"#, "not equality with a promise", false),
            (r#"[["==", ".to?", null]]"#, "an optional promise is not null", false),
            (r#"[["!=", ".list", 1]]"#, "a promise inside the value", false),
            (r#"[["==", ".list[0]", 1]]"#, "an item beside a promise", true),
            (r#"[["any", ".list", ["==", ".", 1]]]"#, "any, with a true item", true),
            (r#"[["all", ".list", ["!=", ".", 7]]]"#, "all, with a promise among the items", false),
            (
                r#"[["not", ["any", ".list", ["==", ".", 7]]]]"#,
                "not any, with a promise among the items",
                false,
            ),
            (r#"[["or", [["==", ".to", "x"], ["==", ".n", 5]]]]"#, "or, with a true side", true),
            (r#"[["!=", ".", 1]]"#, "all the arguments, with a promise inside", false),
        ]
        .into_iter()
        .enumerate()
        {
            let world = World::three().args(&args).policy(1, policy);
            let id = format!("promise-{name}-{index:02}");
            cases.push(if allowed {
                world.allowed(&id, description)
            } else {
                world.denied(&id, description, "policy-unsatisfied", Some(1))
            });
        }
        let way = format!(r#"{{"to": {{"{key}": {{"name": "x"}}}}}}"#);
        let through = format!(r#"[["==", ".to[\"{key}\"].name", "x"]]"#);
        cases.push(World::three().args(&way).policy(1, &through).denied(
            &format!("promise-{name}-on-the-way"),
            "a selector that goes through a promise",
            "policy-unsatisfied",
            Some(1),
        ));
        let two = format!(r#"{{"to": {{"{key}": 1, "b": 2}}}}"#);
        cases.push(
            World::three()
                .args(&two)
                .policy(1, r#"[["!=", ".to", "x"]]"#)
                .allowed(&format!("promise-{name}-two-keys"), "a map with another key beside is no promise"),
        );
    }
    cases
}
