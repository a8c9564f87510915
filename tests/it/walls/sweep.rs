//! The sweep over every door: somebody of one office sends ids of another in every field and query that the handler of the
//! door reads, in lists beside own ones and inside files, and after each request it is asked what was written.

use super::agencies::{Own, path_of};
use super::doors::opens_for;
use super::foreign::{doors, filled, judge, rows_of, send, stored};
use super::reads::Reads;
use crate::support::changes::Changes;
use crate::support::databases::all_rows;
use crate::support::{Reply, TestOffice, Visitor};
use actix_web::http::Method;
use quytrinh::kernel::AccessRole;
use quytrinh::web::Door;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Where the trace of shown data stands, with what the ledger keeps of it and the key of the request that left it.
const TRACE: [&str; 5] = [
    "personal_accesses",
    "ledger",
    "ledger_leaves",
    "ledger_nodes",
    "request_keys",
];
/// Acts that go on in the background: a log that was brought in is compared.
const GOES_ON: &str = "POST /conformance/logs";
/// A log of another system, of which the cases are those of the other office.
const LOG: &str = "Mã hồ sơ;Công việc;Thời điểm;Người làm\n\
    MÃ;Tiếp nhận;16/11/2026 08:00;NGƯỜI\nMÃ;Thẩm định;16/11/2026 10:00;NGƯỜI\nMÃ;Trả kết quả;16/11/2026 14:00;NGƯỜI\n";

/// What looks like an id that the house makes: 36 signs with four hyphens.
pub(super) fn ids_in(text: &str) -> impl Iterator<Item = &str> {
    let is_id =
        |part: &&str| part.len() == 36 && part.bytes().filter(|byte| *byte == b'-').count() == 4 && part.contains("-7");
    text.split(|sign: char| !sign.is_ascii_hexdigit() && sign != '-')
        .filter(is_id)
}

/// Every id that only these offices have.
pub(super) fn marks(offices: &[&TestOffice], other: &TestOffice) -> BTreeSet<String> {
    let all = all_rows(&mut other.connect());
    let ids = |office: &TestOffice| -> BTreeSet<String> {
        let rows = rows_of(office, &all);
        rows.iter().flat_map(|row| ids_in(row)).map(ToOwned::to_owned).collect()
    };
    let theirs: BTreeSet<String> = offices.iter().flat_map(|office| ids(office)).collect();
    &theirs - &ids(other)
}

/// What was asked and what came of it.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) roles: usize,
    pub(super) asked: usize,
    pub(super) done: usize,
    pub(super) refused: usize,
    pub(super) traced: usize,
    pub(super) lists: usize,
    pub(super) files: usize,
    pub(super) names: BTreeSet<String>,
}

/// The people of an office on their way through all doors with things of another.
pub(super) struct Sweep<'a> {
    pub(super) office: &'a TestOffice,
    pub(super) neighbour: &'a TestOffice,
    pub(super) its: &'a Own,
    pub(super) marks: &'a BTreeSet<String>,
    pub(super) theirs: Vec<(&'static str, String)>,
    pub(super) own_things: Vec<(&'static str, String)>,
    /// What the other office took out of its documents.
    pub(super) archive: Vec<u8>,
    pub(super) reads: Reads,
    pub(super) changes: Changes,
    /// The other offices, each with its rows.
    pub(super) untouched: [(&'a TestOffice, Vec<String>); 2],
    pub(super) counts: Counts,
    /// Whether only names of things are tried: after those who together open most doors have tried every name.
    pub(super) is_short: bool,
    /// Requests that were refused and wrote all the same.
    pub(super) wrote: Vec<String>,
}

impl Sweep<'_> {
    /// The values of the other office that are tried under a name: things of the kind that it names, or the code of a case.
    fn values(&self, name: &str) -> Vec<String> {
        let same = self.theirs.iter().filter(|(known, _)| *known == name);
        let mut values: Vec<String> = same.map(|(_, value)| value.clone()).collect();
        if values.is_empty() {
            let case = self.theirs.iter().find(|(known, _)| *known == "case");
            values.extend(case.map(|(_, value)| value.clone()));
        }
        values
    }

    /// The names to try at a door: what its handler reads.
    fn names(&self, door: &Door) -> Vec<String> {
        let is_thing = |name: &&str| self.theirs.iter().any(|(known, _)| known == name);
        let names = self.reads.of(door).into_iter();
        names
            .filter(|name| !self.is_short || is_thing(name))
            .map(ToOwned::to_owned)
            .collect()
    }

    /// Goes through all doors that open for the roles, and knocks once with another's ids at those that do not.
    pub(super) async fn walk(&mut self, username: &str, roles: &[AccessRole]) {
        self.is_short = self.counts.roles >= 3;
        let visitor = self.neighbour.sign_in(username).await;
        self.counts.roles += 1;
        let opens = |door: &Door| roles.iter().any(|role| opens_for(door.access, *role));
        for door in doors(&Method::GET).iter().filter(|door| opens(door)) {
            self.read_all(&visitor, door).await;
        }
        for door in doors(&Method::POST) {
            let before = self.changes.rows();
            if opens(&door) {
                self.try_fields(&visitor, &door).await;
                self.try_lists(&visitor, &door).await;
                self.try_file(&visitor, &door).await;
            } else {
                let (path, fields) = (path_of(&door, self.its), filled(&self.theirs));
                let reply = send(&visitor, &door, &path, &fields).await;
                assert!(reply.status() >= 400, "{path} is open to {username}");
                self.look_at(&reply, &format!("POST {path} by {username}"), "");
            }
            if self.changes.rows() != before {
                self.look_at_rows(door.path);
            }
        }
        // What the counter did not count did not happen either: the office as a whole is as it was.
        self.look_at_rows(username);
    }

    /// What the request said and wrote. Whatever is refused wrote nothing, in no office.
    fn look_at(&mut self, reply: &Reply, named: &str, sent: &str) {
        judge(reply, named, self.marks, sent);
        self.counts.asked += 1;
        let written = self.changes.written();
        if reply.status() < 400 {
            self.counts.done += usize::from(named.starts_with("POST"));
            if named.starts_with(GOES_ON) {
                self.wait_until_quiet();
            }
            return;
        }
        self.counts.refused += 1;
        // A form that comes back shows its page again, and whose data that shows is traced as at every page.
        let is_trace = written.iter().any(|table| table == "personal_accesses")
            && written.iter().all(|table| TRACE.contains(&table.as_str()));
        if is_trace {
            self.counts.traced += 1;
        } else if !written.is_empty() {
            self.wrote
                .push(format!("{named} gave {} and wrote {written:?}", reply.status()));
        }
    }

    /// An act that goes on after its answer must not be taken for a writing of the next request.
    fn wait_until_quiet(&self) {
        let (mut rows, mut quiet) = (self.changes.rows(), 0);
        while quiet < 5 {
            std::thread::sleep(Duration::from_millis(20));
            let now = self.changes.rows();
            quiet = if now == rows { quiet + 1 } else { 0 };
            rows = now;
        }
        self.changes.written();
    }

    fn look_at_rows(&self, named: &str) {
        let now = all_rows(&mut self.office.connect());
        for (other, rows) in &self.untouched {
            assert_eq!(rows_of(other, &now), *rows, "{named} changed another office");
        }
        assert_eq!(stored(self.neighbour, &now, self.marks), None::<String>, "{named}");
    }

    /// Each name that the handler reads for itself, and all things at once.
    async fn read_all(&mut self, visitor: &Visitor, door: &Door) {
        let path = path_of(door, self.its);
        let mut queries: Vec<(String, String)> = Vec::new();
        for name in self.names(door) {
            let values = self.values(&name);
            queries.extend(values.into_iter().map(|value| (format!("{name}={value}"), value)));
            self.counts.names.insert(name);
        }
        let together: BTreeMap<&str, &str> = self
            .theirs
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let together: Vec<String> = together.iter().map(|(name, value)| format!("{name}={value}")).collect();
        queries.push((together.join("&"), String::new()));
        for (query, sent) in queries {
            let reply = visitor.get(&format!("{path}?{query}")).await;
            let named = format!("GET {path}?{query}");
            if sent.is_empty() {
                // All ids were sent: the page may say them back, and they are looked for one by one above.
                assert_ne!(reply.status(), 500, "{named}");
                self.counts.asked += 1;
                self.changes.written();
            } else {
                self.look_at(&reply, &named, &sent);
            }
        }
    }

    async fn try_fields(&mut self, visitor: &Visitor, door: &Door) {
        let path = path_of(door, self.its);
        for name in self.names(door) {
            for value in self.values(&name) {
                let mut fields: Vec<(&str, String)> = filled(&self.own_things);
                fields.retain(|(known, _)| *known != name);
                fields.push((&name, value.clone()));
                let reply = send(visitor, door, &path, &fields).await;
                self.look_at(&reply, &format!("POST {path} with {name}={value}"), &value);
            }
            self.counts.names.insert(name);
        }
    }

    /// A list with a thing of one's own and one of the other office, in both orders.
    async fn try_lists(&mut self, visitor: &Visitor, door: &Door) {
        let path = path_of(door, self.its);
        let names: Vec<String> = self.reads.lists_of(door).into_iter().map(ToOwned::to_owned).collect();
        for name in names {
            let own = self
                .own_things
                .iter()
                .find(|(known, _)| *known == name || *known == "version");
            let (own, theirs) = (own.expect("a thing").1.clone(), self.values(&name)[0].clone());
            for pair in [[&own, &theirs], [&theirs, &own]] {
                let mut fields: Vec<(&str, String)> = filled(&self.own_things);
                fields.retain(|(known, _)| *known != name);
                fields.extend(pair.map(|value| (name.as_str(), value.clone())));
                let reply = send(visitor, door, &path, &fields).await;
                self.look_at(&reply, &format!("POST {path} with two {name}"), &theirs);
                self.counts.lists += 1;
            }
        }
    }

    /// A file that is right in itself and names things of the other office.
    async fn try_file(&mut self, visitor: &Visitor, door: &Door) {
        let path = path_of(door, self.its);
        let (case, person) = (self.values("case")[0].clone(), self.values("person")[0].clone());
        let document = self.values("document")[0].clone();
        let (field, name, text) = match door.path {
            "/conformance/logs" => ("log", "nhat-ky.csv", LOG.replace("MÃ", &case).replace("NGƯỜI", "Lan")),
            "/documents/new/bpmn" => {
                let drawn = visitor.get("/documents/QT.T.01/bpmn").await;
                let named = format!("name=\"{person} ");
                ("file", "quy-trinh.bpmn", drawn.text().replacen("name=\"", &named, 1))
            }
            "/documents/archive" => return self.try_archive(visitor, &path).await,
            _ => return,
        };
        for procedure in ["QT.T.01", &document] {
            let fields = [("name", "Tệp có mã của cơ quan khác"), ("procedure", procedure)];
            let reply = visitor
                .post_files(&path, &fields, &[(field, name, text.as_bytes())])
                .await;
            self.look_at(&reply, &format!("POST {path} with {name}"), &person);
            self.counts.files += 1;
        }
    }

    /// What the other office took out as an archive, brought in here: what comes of it is of this office alone.
    async fn try_archive(&mut self, visitor: &Visitor, path: &str) {
        let sent = visitor
            .post_files(path, &[], &[("archive", "van-ban.zip", &self.archive)])
            .await;
        self.look_at(&sent, &format!("POST {path} with an archive"), "");
        self.counts.files += 1;
    }
}
