//! One vector: a line for `allod check --batch`, and the answer to it.

use data_encoding::BASE64;
use serde_json::{Map, Value, json};

use allod::wire::Cid;

/// One vector.
#[derive(Debug, Clone)]
pub struct Case {
    /// Unique among all files.
    pub id: String,
    /// What it shows, for people.
    pub description: String,
    /// The time of the decision, in seconds since the epoch.
    pub at: i64,
    /// The executor's DID.
    pub executor: String,
    /// The subjects served; `None` for any.
    pub subjects: Option<Vec<String>>,
    /// The tolerance in seconds; `None` for 60.
    pub skew: Option<u32>,
    /// What came along.
    pub input: Input,
    /// What is given as revocations, beside those in a container.
    pub revoked: Vec<Vec<u8>>,
    /// What has to come out.
    pub expect: Expect,
    /// Which revocations have to be ignored, and why: the place, behind which those in a container come; the
    /// CID, where there is one; and the code.
    pub ignored: Vec<(usize, Option<Cid>, &'static str)>,
}

/// What came along.
#[derive(Debug, Clone)]
pub enum Input {
    /// Tokens, and the invocation.
    Tokens(Vec<Vec<u8>>, Vec<u8>),
    /// A container's bytes.
    Container(Vec<u8>),
}

/// What has to come out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// Allowed, on these delegations, until then.
    Allow {
        /// Root first.
        chain: Vec<Cid>,
        /// `None`: nothing in it expires.
        until: Option<i64>,
    },
    /// Denied for this reason, at this link (`None`: the invocation, or the container).
    Deny {
        /// The code's name.
        code: &'static str,
        /// The index into the invocation's proofs.
        link: Option<usize>,
    },
}

impl Case {
    /// The case as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut object = Map::new();
        object.insert("id".into(), json!(self.id));
        object.insert("description".into(), json!(self.description));
        object.insert("at".into(), json!(self.at));
        object.insert("executor".into(), json!(self.executor));
        if let Some(subjects) = &self.subjects {
            object.insert("subjects".into(), json!(subjects));
        }
        if let Some(skew) = self.skew {
            object.insert("skew".into(), json!(skew));
        }
        match &self.input {
            Input::Tokens(tokens, invocation) => {
                let tokens: Vec<_> = tokens.iter().map(|token| BASE64.encode(token)).collect();
                object.insert("tokens".into(), json!(tokens));
                object.insert("invocation".into(), json!(BASE64.encode(invocation)));
            }
            Input::Container(bytes) => {
                object.insert("container".into(), json!(BASE64.encode(bytes)));
            }
        }
        if !self.revoked.is_empty() {
            let revoked: Vec<_> = self.revoked.iter().map(|token| BASE64.encode(token)).collect();
            object.insert("revoked".into(), json!(revoked));
        }
        let mut expect = match &self.expect {
            Expect::Allow { chain, until } => {
                let chain: Vec<_> = chain.iter().map(ToString::to_string).collect();
                json!({ "decision": "allow", "chain": chain, "until": until })
            }
            Expect::Deny { code, link } => json!({ "decision": "deny", "code": code, "link": link }),
        };
        if !self.ignored.is_empty() {
            let entry = |(index, cid, code): &(usize, Option<Cid>, &str)| json!({ "index": index, "cid": cid.map(|cid| cid.to_string()), "code": code });
            expect["ignored"] = self.ignored.iter().map(entry).collect();
        }
        object.insert("expect".into(), expect);
        Value::Object(object)
    }
}
