//! A writer that is killed at any moment (`kill -9`), three hundred times over one store that grows: the file opens each
//! time, and whatever the writer said it had kept is there.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread::sleep;
use std::time::{Duration, Instant};

use allod::store::{
    Begun, DelegationStore, ReceiptStore, RedbStore, ReplayStore, RevocationStore, StoreError,
};
use allod_tests::crash::{ALICE, at, entry, grant, receipt, revoked};

const KILLS: u64 = 300;

/// The numbers of each round begin here.
const APART: u64 = 1_000_000;

/// What the writer acknowledged.
type Acknowledged = BTreeSet<(char, u64)>;

/// That all of these are there.
fn check<'a>(store: &RedbStore, acknowledged: impl IntoIterator<Item = &'a (char, u64)>) {
    let now = store.latest_time().unwrap().unwrap_or(at(0));
    for (what, number) in acknowledged {
        let kept = match what {
            'r' => store.is_revoked(&revoked(*number), &ALICE.did()).unwrap(),
            'd' => [*number, *number + 500_000]
                .iter()
                .all(|number| store.delegation(&grant(*number).cid()).unwrap().is_some()),
            'b' => {
                matches!(store.begin(&entry(*number), now, 0).unwrap(), Begun::Seen { running: false, .. })
            }
            'f' => {
                let expected = receipt(*number).cid();
                let begun = store.begin(&entry(*number), now, 0).unwrap();
                store.receipt(&expected).unwrap().is_some()
                    && matches!(begun, Begun::Seen { receipt, .. } if receipt == Some(expected))
            }
            other => panic!("the writer said {other}"),
        };
        assert!(kept, "{what} {number} was acknowledged, and is lost");
    }
}

#[test]
fn killed_three_hundred_times_it_loses_nothing_it_acknowledged() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("crash-{}", std::process::id()));
    let _absent = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("state.allod");
    let began = Instant::now();
    let mut all = Acknowledged::new();
    let mut idle = 0;
    for round in 0..KILLS {
        let mut writer = Command::new(env!("CARGO_BIN_EXE_crash_writer"))
            .arg(&path)
            .arg((round * APART).to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(writer.stdout.take().unwrap());
        let (heard, first) = channel();
        let reader = std::thread::spawn(move || {
            let lines = out.lines().map_while(Result::ok).filter_map(|line| {
                let _gone = heard.send(());
                let (what, number) = line.split_once(' ')?;
                Some((what.chars().next()?, number.parse().ok()?))
            });
            lines.collect::<Acknowledged>()
        });
        // One in five while it opens the file or makes it, the others while it writes: at moments spread evenly by
        // the golden ratio.
        if round % 5 == 0 {
            sleep(Duration::from_micros(round * 61_803 % 20_000));
        } else {
            first.recv_timeout(Duration::from_secs(60)).unwrap();
            sleep(Duration::from_micros(round * 61_803 % 60_000));
        }
        writer.kill().unwrap();
        let status = writer.wait().unwrap();
        assert!(!status.success() && status.code().is_none(), "it ended by itself: {status}");
        let new = reader.join().unwrap();
        idle += u64::from(new.is_empty());
        let store = match RedbStore::open(&path) {
            Ok(store) => store,
            Err(StoreError::NotThere { .. }) if all.is_empty() && new.is_empty() => continue,
            Err(error) => panic!("round {round}: {error}"),
        };
        check(&store, &new);
        // Of what is older, some each time.
        let some = usize::try_from(round % 50).unwrap();
        check(&store, all.iter().skip(some).step_by(50));
        all.extend(new);
    }
    let store = RedbStore::open(&path).unwrap();
    check(&store, &all);
    println!(
        "{KILLS} kills, {idle} of them before anything was acknowledged; {} acknowledged, in {:?}",
        all.len(),
        began.elapsed()
    );
    assert!(idle < KILLS / 2 && all.len() > 300, "{idle} idle, {} acknowledged", all.len());
    drop(store);
    std::fs::remove_dir_all(folder).unwrap();
}
