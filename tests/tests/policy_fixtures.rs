//! The specification's own policies (ucan-wg/spec, fixtures 1.0.0): 17 that hold and 8 that do not.

use allod::ucan::policy::{Budget, Policy, Truth};
use allod::wire::{Ipld, View, dag_json, value};
use allod_tests::shared_vectors;

fn member(value: &Ipld, key: &str) -> Ipld {
    let Ipld::Map(map) = value else { panic!("not a map: {value:?}") };
    map[key].clone()
}

fn items(value: Ipld) -> Vec<Ipld> {
    let Ipld::List(items) = value else { panic!("not a list: {value:?}") };
    items
}

/// How many policies of a group there are, each found to be true, or each found not to be.
fn check(fixtures: &Ipld, group: &str, expected: bool) -> usize {
    let mut policies = 0;
    for case in items(member(fixtures, group)) {
        let args = value::encode(&member(&case, "args")).unwrap();
        for policy in items(member(&case, "policies")) {
            let policy = Policy::from_ipld(&policy).unwrap();
            let truth = policy.evaluate(View::parse(&args).unwrap(), &mut Budget::new()).unwrap();
            assert_eq!(truth == Truth::True, expected, "{policy}");
            policies += 1;
        }
    }
    policies
}

#[test]
#[cfg_attr(not(shared_vectors), ignore = "../shared/vectors is not there")]
fn the_specification_s_policies_come_to_what_it_says() {
    let Some(folder) = shared_vectors("policy_fixtures") else {
        return;
    };
    let text = std::fs::read_to_string(folder.join("ucan-1.0.0/policy.json")).unwrap();
    let fixtures = dag_json::parse(&text).unwrap();
    assert_eq!(check(&fixtures, "valid", true), 17);
    assert_eq!(check(&fixtures, "invalid", false), 8);
}
