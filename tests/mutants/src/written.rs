//! A file's text with its mutants in it.
//!
//! What belongs to a mutant stands between `/*<7*/` and `/*7>*/`: where the compiler complains of something in
//! between, that mutant does not compile.

use std::collections::HashSet;
use std::fmt::Write;
use std::ops::Range;

use crate::sites::{Kind, Site};
use crate::source::Source;

pub(crate) fn write(source: &Source, sites: &[Site], left_out: &HashSet<usize>) -> String {
    let mut out = String::with_capacity(source.text.len() * 2);
    Writer { text: &source.text, left_out }.write(sites, 0..source.text.len(), &mut out);
    out
}

struct Writer<'a> {
    text: &'a str,
    left_out: &'a HashSet<usize>,
}

impl Writer<'_> {
    /// A part of the text, with the sites that lie in it.
    fn write(&self, mut sites: &[Site], part: Range<usize>, out: &mut String) {
        let mut at = part.start;
        while let Some((site, rest)) = sites.split_first() {
            out.push_str(&self.text[at..site.place.start]);
            let inner = rest.iter().take_while(|inner| inner.place.start < site.place.end).count();
            let (inner, rest) = rest.split_at(inner);
            self.site(site, inner, out);
            at = site.place.end;
            sites = rest;
        }
        out.push_str(&self.text[at..part.end]);
    }

    fn site(&self, site: &Site, inner: &[Site], out: &mut String) {
        match &site.kind {
            Kind::Value(values) => {
                for (id, value) in self.wanted(values) {
                    add(out, format_args!("if {} {{/*<{id}*/ return {value}; /*{id}>*/}} ", on(*id)));
                }
            }
            Kind::Arm(id) if self.left_out.contains(id) => {}
            Kind::Arm(id) => add(out, format_args!(" /*<{id}*/if !{}/*{id}>*/", on(*id))),
            Kind::Expression(changes) => {
                let mut any = false;
                for (id, change) in self.wanted(changes) {
                    let begin = if any { "" } else { "(" };
                    add(out, format_args!("{begin}if {} {{/*<{id}*/{change}/*{id}>*/}} else ", on(*id)));
                    any = true;
                }
                out.push_str(if any { "{ " } else { "" });
                self.write(inner, site.place.clone(), out);
                out.push_str(if any { " })" } else { "" });
            }
        }
    }

    fn wanted<'c>(&self, changes: &'c [(usize, String)]) -> impl Iterator<Item = &'c (usize, String)> {
        changes.iter().filter(|(id, _)| !self.left_out.contains(id))
    }
}

fn on(id: usize) -> String {
    format!("crate::switched::on({id})")
}

fn add(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a string cannot fail.
    let _ = out.write_fmt(text);
}
