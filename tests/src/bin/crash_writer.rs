//! Writes into a store until it is killed, and says on stdout what was acknowledged: `tests/tests/stores_crash.rs` kills
//! it and looks.
//!
//! `crash_writer PATH FIRST`: with numbers from FIRST on.

use std::error::Error;
use std::io::{Write, stdout};

use allod::store::{Begun, DelegationStore, NameStore, RedbStore, ReplayStore, RevocationStore};
use allod_tests::crash::{ALICE, at, entry, grant, receipt, revocation};

/// On the other side of the pipe before anything else happens.
fn acknowledge(what: char, number: u64) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut out = stdout().lock();
    writeln!(out, "{what} {number}")?;
    out.flush()?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, first] = arguments.as_slice() else { return Err("crash_writer PATH FIRST".into()) };
    let first: u64 = first.parse()?;
    let store = RedbStore::open_or_create(path)?;
    let revoke = || -> Result<(), Box<dyn Error + Send + Sync>> {
        for number in first.. {
            store.put_revocation(&revocation(number), None)?;
            acknowledge('r', number)?;
        }
        Ok(())
    };
    let execute = || -> Result<(), Box<dyn Error + Send + Sync>> {
        for number in first.. {
            let begun = store.begin(&entry(number), at(number), 0)?;
            if begun != Begun::Fresh {
                return Err(format!("{number} was begun before: {begun:?}").into());
            }
            acknowledge('b', number)?;
            if number % 2 == 0 {
                store.finish(&entry(number).invocation, &receipt(number))?;
                acknowledge('f', number)?;
            }
        }
        Ok(())
    };
    let others = || -> Result<(), Box<dyn Error + Send + Sync>> {
        for number in first.. {
            store.put_delegations(&[grant(number), grant(number + 500_000)])?;
            acknowledge('d', number)?;
            store.set_name(&format!("{}", number % 10), Some(&ALICE.did()))?;
            store.sweep_replays(u32::MAX)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads = [scope.spawn(revoke), scope.spawn(execute), scope.spawn(others)];
        for thread in threads {
            thread.join().map_err(|_| "a thread panicked")??;
        }
        Ok(())
    })
}
