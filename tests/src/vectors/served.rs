//! Whom an invocation is for, and whom an executor acts for.

use super::case::Case;
use super::world::{ALBUM, ALICE, MALLORY, SERVICE, World};

pub(super) fn cases() -> Vec<Case> {
    let to_service = |world: World| {
        world.invoked(|forge| {
            forge.set("aud", SERVICE.text());
        })
    };
    let at_service = |world: World| world.with(|world| world.executor = SERVICE.text());
    let serving = |subjects: Option<Vec<String>>| move |world: &mut World| world.subjects = subjects;
    let own = World::of(&[MALLORY, ALICE], "/photos/read");
    vec![
        at_service(World::three()).denied(
            "audience-absent-is-subject",
            "without an audience it is for the subject",
            "wrong-audience",
            None,
        ),
        to_service(World::three()).denied(
            "audience-other",
            "addressed to a service, presented to the album",
            "wrong-audience",
            None,
        ),
        at_service(to_service(World::three()))
            .allowed("audience-service", "addressed to the service that serves the album"),
        at_service(to_service(World::three())).with(serving(Some(vec![SERVICE.text()]))).denied(
            "subject-not-served",
            "the service serves itself only",
            "subject-not-served",
            None,
        ),
        at_service(to_service(World::three())).with(serving(Some(vec![]))).denied(
            "subject-none-served",
            "the service serves no subject",
            "subject-not-served",
            None,
        ),
        at_service(to_service(World::three()))
            .with(serving(Some(vec![MALLORY.text(), ALBUM.text()])))
            .allowed("subject-among-served", "the album is among the subjects served"),
        at_service(to_service(World::three()))
            .with(serving(None))
            .allowed("subject-any", "any subject is served"),
        at_service(to_service(own.clone())).with(serving(Some(vec![ALBUM.text()]))).denied(
            "subject-self-made",
            "a subject of the invoker's friend's own making",
            "subject-not-served",
            None,
        ),
        at_service(World::three()).with(serving(Some(vec![]))).denied(
            "audience-before-subject",
            "wrong audience and subject not served: the audience is reported",
            "wrong-audience",
            None,
        ),
        own.with(serving(Some(vec![ALBUM.text()]))).denied(
            "subject-executor-not-served",
            "the executor is the subject, and does not serve itself",
            "subject-not-served",
            None,
        ),
    ]
}
