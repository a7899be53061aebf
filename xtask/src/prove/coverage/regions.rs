//! Which regions were executed, from LLVM's JSON: a region is a piece of code that is entered as a whole.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::Share;

/// The kind of region that is code; the others are expansions, gaps and branches.
const CODE: u64 = 0;

/// By path from the project's folder. A generic function counts once, whatever it was made for.
pub(super) fn read(json: &Value, root: &Path) -> BTreeMap<String, Share> {
    let functions = json.pointer("/data/0/functions").and_then(Value::as_array);
    let mut regions: BTreeMap<String, BTreeMap<[u64; 4], bool>> = BTreeMap::new();
    let mut known = BTreeMap::new();
    for function in functions.into_iter().flatten() {
        let names: Vec<&str> =
            function["filenames"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for region in function["regions"].as_array().into_iter().flatten() {
            let numbers: Vec<u64> =
                region.as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
            let [from, column, to, end, count, file, _, CODE] = *numbers.as_slice() else { continue };
            let Some(name) = usize::try_from(file).ok().and_then(|file| names.get(file)) else { continue };
            let ours = known.entry((*name).to_owned()).or_insert_with(|| super::ours(name, root));
            let Some((path, tests)) = ours else { continue };
            if from < u64::from(*tests) {
                let executed = regions.entry(path.clone()).or_default();
                *executed.entry([from, column, to, end]).or_default() |= count > 0;
            }
        }
    }
    let share = |regions: BTreeMap<_, bool>| {
        let mut share = Share::default();
        for executed in regions.into_values() {
            share.count(executed);
        }
        share
    };
    regions.into_iter().map(|(path, regions)| (path, share(regions))).collect()
}
