//! Commands: their syntax, and what covers what.

use super::case::Case;
use super::world::World;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (index, command) in [
        "",
        "photos",
        "/photos/",
        "//",
        "/photos//read",
        "/Photos",
        "/photos/Read",
        "/photos/read/",
        "photos/read",
    ]
    .into_iter()
    .enumerate()
    {
        let description = format!("the delegated command is {command:?}");
        cases.push(
            World::three()
                .link(1, |forge| {
                    forge.set("cmd", command);
                })
                .denied(&format!("command-syntax-delegated-{index}"), &description, "malformed", Some(1)),
        );
        let description = format!("the invoked command is {command:?}");
        cases.push(
            World::three()
                .invoked(|forge| {
                    forge.set("cmd", command);
                })
                .denied(&format!("command-syntax-invoked-{index}"), &description, "malformed", None),
        );
    }
    cases.push(
        World::three()
            .with(|world| {
                for link in &mut world.links {
                    link.set("cmd", "/");
                }
            })
            .invoked(|forge| {
                forge.set("cmd", "/");
            })
            .denied("command-top-invoked", "/ can be delegated, never invoked", "malformed", None),
    );
    // delegated, invoked, covered
    for (index, (delegated, invoked, covered)) in [
        ("/", "/photos", true),
        ("/", "/ucan/anything", true),
        ("/photos", "/photos", true),
        ("/photos", "/photos/read/raw", true),
        ("/photos", "/photosynthesis", false),
        ("/photos/read", "/photos", false),
        ("/photos/read", "/photos/write", false),
        ("/photos/read", "/photo/read", false),
        ("/crypto", "/cryptocurrency", false),
        ("/ほげ", "/ほげ/ふが", true),
        ("/é", "/e\u{301}", false),
        ("/a-b_c.d~!@", "/a-b_c.d~!@/x", true),
    ]
    .into_iter()
    .enumerate()
    {
        for link in 0..3 {
            let world = World::three()
                .with(|world| {
                    for link in &mut world.links {
                        link.set("cmd", "/");
                    }
                    world.links[link].set("cmd", delegated);
                })
                .invoked(|forge| {
                    forge.set("cmd", invoked);
                });
            let id = format!("command-cover-{index:02}-link-{link}");
            let description = format!("link {link} is for {delegated}, invoked is {invoked}");
            cases.push(if covered {
                world.allowed(&id, &description)
            } else {
                world.denied(&id, &description, "command-not-covered", Some(link))
            });
        }
    }
    cases
}
