//! The two pictures: time by length of chain, and where the time goes.

use std::fmt::Write as _;

use super::Measured;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 45.0;
const LENGTHS: [u32; 4] = [1, 2, 5, 10];

/// The lines: what begins a median's name, what it is called, its colour.
const LINES: [(&str, &str, &str); 5] = [
    ("floor", "floor", "#888888"),
    ("decide", "cold", "#0b5cad"),
    ("decide, keys known", "keys known", "#2a9d5c"),
    ("decide, proofs known", "proofs known", "#c65d00"),
    (BISCUIT, "biscuit", "#a3195b"),
];
/// Its rows are by the number of signatures, one of which is the invocation's here.
const BISCUIT: &str = "biscuit verify";

/// Microseconds by the length of the chain.
pub(super) fn by_length(measured: &Measured) -> String {
    let point = |line: &str, links: u32| measured.median(&format!("{line} {links}")).map(|time| time / 1e3);
    let all = LINES.iter().flat_map(|(line, ..)| LENGTHS.iter().filter_map(|links| point(line, *links)));
    let most = all.fold(1.0, f64::max) * 1.05;
    let links_of = |line: &str, links: u32| if line == BISCUIT { links - 1 } else { links };
    let x = |links: u32| LEFT + (WIDTH - LEFT - RIGHT) * f64::from(links) / 10.0;
    let y = |time: f64| HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * time / most;
    let mut out = begin("Time of a decision by the length of its chain");
    for step in 0..=4 {
        let time = most / 4.0 * f64::from(step);
        let (right, y) = (WIDTH - RIGHT, y(time));
        let _infallible =
            writeln!(out, r##"<line x1="{LEFT}" x2="{right}" y1="{y:.1}" y2="{y:.1}" stroke="#dddddd"/>"##);
        text(&mut out, LEFT - 8.0, y + 4.0, "end", &format!("{time:.0}"));
    }
    for links in LENGTHS {
        text(&mut out, x(links), HEIGHT - BOTTOM + 18.0, "middle", &links.to_string());
    }
    text(&mut out, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8.0, "middle", "delegations");
    text(&mut out, LEFT - 8.0, TOP - 12.0, "end", "µs");
    for (line, name, colour) in LINES {
        let points: Vec<_> = LENGTHS
            .iter()
            .filter_map(|links| Some((x(links_of(line, *links)), y(point(line, *links)?))))
            .collect();
        let path: Vec<_> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _infallible = writeln!(
            out,
            r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="2"/>"#,
            path.join(" ")
        );
        if let Some((x, y)) = points.last() {
            let _infallible =
                writeln!(out, r#"<text x="{:.1}" y="{:.1}" fill="{colour}">{name}</text>"#, x + 8.0, y + 4.0);
        }
    }
    out + "</svg>\n"
}

/// What a cold decision on a chain of three links spends on what, where it was measured.
pub(super) fn places(measured: &Measured) -> Option<String> {
    const TOKENS: f64 = 4.0;
    let of = |name: &str| measured.median(name).unwrap_or_default() / 1e3 * TOKENS;
    let whole = measured.median("decide 3")? / 1e3;
    let hash = of("CID of a delegation");
    let policies = of("evaluate a policy") / TOKENS * (TOKENS - 1.0);
    let known = [
        ("signatures", of("verify a signature")),
        ("keys", of("decompress a key")),
        ("hashes", hash),
        ("decoding", (of("decode a delegation") - hash).max(0.0)),
        ("policies", policies),
    ];
    let rest = (whole - known.iter().map(|(_, time)| time).sum::<f64>()).max(0.0);
    let parts: Vec<_> = known.into_iter().chain([("rules, trace and memory", rest)]).collect();
    let most = parts.iter().map(|(_, time)| *time).fold(1.0, f64::max);
    let mut out = begin(&format!("Where the {whole:.0} µs of a cold decision on three links go"));
    for (row, (name, time)) in (0_u32..).zip(&parts) {
        let y = TOP + 20.0 + 50.0 * f64::from(row);
        let width = (WIDTH - 300.0) * time / most;
        text(&mut out, 180.0, y + 18.0, "end", name);
        let _infallible = writeln!(
            out,
            r##"<rect x="190" y="{y:.1}" width="{width:.1}" height="26" fill="#0b5cad"/><text x="{:.1}" y="{:.1}">{time:.1} µs</text>"##,
            198.0 + width,
            y + 18.0
        );
    }
    Some(out + "</svg>\n")
}

fn begin(title: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#222222\">\n<title>{title}</title>\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n"
    )
}

fn text(out: &mut String, x: f64, y: f64, anchor: &str, content: &str) {
    let _infallible = writeln!(out, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{content}</text>"#);
}
