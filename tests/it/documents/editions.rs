//! Editions: many documents issued by one decision, each with its own verdict.

use super::guards::{refused as forbidden_by_database, tried};
use super::{create, day, head, leads, lend, office, refused, return_it, save, set_route, sign, stages, submit, text};
use crate::support::TestOffice;
use chrono::NaiveDate;
use quytrinh::documents::{
    self, Decision, Edition, EditionState, GivenVerdict, Meaning, MemberState, Needs, NewEdition, Said, Stage,
};
use quytrinh::kernel::VersionId;
use quytrinh::people;
use quytrinh::web::Failure;

/// The day from which the edition of these tests is in force.
fn from() -> NaiveDate {
    day(2026, 12, 15)
}

pub(super) fn new(office: &TestOffice, position: &str) -> NewEdition {
    NewEdition {
        title: "Bộ tài liệu năm 2026".to_owned(),
        decision_no: String::new(),
        decided_on: None,
        effective_from: from(),
        position: office.read(|work| people::position_by_code(work, position)).unwrap().id,
    }
}

pub(super) fn edition(office: &TestOffice, number: i64) -> Edition {
    office.read(|work| documents::edition(work, number)).unwrap()
}

fn put(office: &TestOffice, number: i64, versions: &[VersionId]) -> Result<usize, Failure> {
    let (seen, versions) = (edition(office, number).row_version, versions.to_vec());
    office.act_as("thuky", move |work| documents::put_in(work, (number, seen), &versions))
}

/// Documents that wait for the last signature, planned for another day than the edition's.
pub(super) fn waiting(office: &TestOffice, codes: &[&str]) -> Vec<VersionId> {
    let waits = |code: &&str| {
        let version = create(office, code);
        submit(office, "thuky", &version, day(2026, 12, 1)).unwrap();
        sign(office, "photruongban", &version).unwrap();
        version
    };
    codes.iter().map(waits).collect()
}

/// An open edition with three documents in it.
pub(super) async fn filled() -> (TestOffice, Vec<VersionId>) {
    let office = office().await;
    let versions = waiting(&office, &["CS.01", "CS.02", "CS.03"]);
    let new = new(&office, "TB");
    let number = office
        .act_as("thuky", move |work| documents::open_edition(work, &new))
        .unwrap();
    assert_eq!((number, put(&office, 1, &versions).unwrap()), (1, 3));
    (office, versions)
}

/// The decision that approves each version that is in the edition, as it stands now.
pub(super) fn decision(office: &TestOffice) -> Decision {
    let edition = edition(office, 1);
    let members = office.read(|work| documents::members_of(work, &edition)).unwrap();
    Decision {
        row_version: edition.row_version,
        decision_no: "45/QĐ-UBND".to_owned(),
        decided_on: office.site.clock.today(),
        effective_from: from(),
        verdicts: members
            .into_iter()
            .map(|(member, _)| GivenVerdict {
                version: member.version,
                seen_sha256: member.content_sha256,
                said: Said::Approved,
            })
            .collect(),
    }
}

pub(super) fn decide(office: &TestOffice, username: &str, decision: Decision) -> Result<bool, Failure> {
    let fresh = office.confirmed(username);
    office.act_as(username, move |work| {
        documents::decide_edition(work, &fresh, 1, &decision)
    })
}

fn states(office: &TestOffice) -> Vec<(String, MemberState)> {
    let mut conn = office.connect();
    let sql = "SELECT code || ' ' || state AS value FROM edition_members ORDER BY code, added_at, id";
    crate::support::databases::lines(&mut conn, sql)
        .iter()
        .map(|line| {
            let (code, state) = line.split_once(' ').unwrap();
            (code.to_owned(), MemberState::parse(state).unwrap())
        })
        .collect()
}

#[actix_web::test]
async fn each_document_gets_its_verdict_and_what_is_approved_has_the_day_of_the_edition() {
    let (office, versions) = filled().await;
    let mut mixed = decision(&office);
    mixed.verdicts[1].said = Said::Returned("Thiếu căn cứ".to_owned());
    assert!(decide(&office, "truongban", mixed).unwrap());
    let issued = edition(&office, 1);
    assert_eq!(
        (issued.state, issued.decision_no.as_str(), issued.signer_name.as_str()),
        (EditionState::Issued, "45/QĐ-UBND", "Ông/Bà truongban")
    );
    let members = office.read(|work| documents::members_of(work, &issued)).unwrap();
    let codes: Vec<&str> = members.iter().map(|(member, _)| member.code.as_str()).collect();
    assert_eq!(codes, ["CS.01", "CS.03"]);
    for version in [&versions[0], &versions[2]] {
        let head = head(&office, version);
        assert_eq!((head.stage, head.planned_from), (Stage::Approved, Some(from())));
        let signatures = office.read(|work| documents::signatures(work, version)).unwrap();
        assert_eq!(signatures.len(), 2, "reviewed and approved, each signed on its own");
    }
    assert_eq!(head(&office, &versions[1]).stage, Stage::Draft);
    let history = office.read(|work| documents::history(work, &versions[1])).unwrap();
    assert_eq!(history.last().unwrap().reason.as_deref(), Some("Thiếu căn cứ"));
    // The returned one may be put into another edition; on the day of this one the others come into force.
    super::morning(&office, from());
    assert_eq!(stages(&office, &versions[0]), [Stage::Effective]);
    assert_eq!(head(&office, &versions[2]).effective_from, Some(from()));
    let of = office.read(|work| documents::edition_of(work, &versions[0])).unwrap();
    assert_eq!(of.unwrap().number, 1);
}

#[actix_web::test]
async fn an_edition_of_today_is_in_force_at_once_and_replaces_what_was() {
    let (office, versions) = filled().await;
    let mut now = decision(&office);
    now.effective_from = office.site.clock.today();
    assert!(decide(&office, "truongban", now).unwrap());
    for version in &versions {
        assert_eq!(head(&office, version).stage, Stage::Effective);
    }
}

#[actix_web::test]
async fn an_edition_of_which_everything_is_returned_stays_open_and_empty() {
    let (office, versions) = filled().await;
    let mut nothing = decision(&office);
    for verdict in &mut nothing.verdicts {
        verdict.said = Said::Returned("Viết lại".to_owned());
    }
    assert!(!decide(&office, "truongban", nothing).unwrap());
    assert_eq!(edition(&office, 1).state, EditionState::Open);
    assert!(versions.iter().all(|one| head(&office, one).stage == Stage::Draft));
    refused(
        decide(&office, "truongban", decision(&office)),
        409,
        "editions.refused.empty",
    );
}

#[actix_web::test]
async fn a_decision_on_anything_else_than_was_seen_does_nothing() {
    let (office, versions) = filled().await;
    let fourth = waiting(&office, &["CS.04"]).remove(0);
    let before = decision(&office);
    let try_it = |changed: &dyn Fn(&mut Decision)| {
        let mut decision = before.clone();
        changed(&mut decision);
        decide(&office, "truongban", decision)
    };
    // The first confirmation makes the signer's key; that is not what is looked at here.
    office.confirmed("truongban");
    let was = office.digest();
    refused(
        try_it(&|one| one.verdicts[2].seen_sha256 = "0".repeat(64)),
        409,
        "editions.refused.content_changed",
    );
    refused(try_it(&|one| drop(one.verdicts.pop())), 409, "editions.refused.stale");
    let own = before.verdicts[0].clone();
    refused(
        try_it(&|one| one.verdicts.push(own.clone())),
        409,
        "editions.refused.stale",
    );
    refused(
        try_it(&|one| one.verdicts[0].version = fourth.clone()),
        409,
        "editions.refused.stale",
    );
    refused(
        try_it(&|one| one.decision_no.clear()),
        422,
        "editions.refused.decision_needed",
    );
    refused(
        try_it(&|one| one.effective_from = day(2026, 1, 1)),
        422,
        "editions.refused.day_gone",
    );
    refused(
        try_it(&|one| one.decided_on = day(2027, 1, 1)),
        422,
        "editions.refused.decided_later",
    );
    refused(
        try_it(&|one| one.verdicts[0].said = Said::Returned(" ".to_owned())),
        422,
        "documents.refused.reason_needed",
    );
    assert_eq!(office.digest(), was, "nothing was kept");
    // Somebody else's verdict meanwhile: one version was returned on its own page, so it left the edition.
    return_it(&office, "truongban", &versions[1]).unwrap();
    refused(decide(&office, "truongban", before), 409, "editions.refused.stale");
    assert_eq!(head(&office, &versions[0]).stage, Stage::InApproval);
    assert_eq!(states(&office)[1], ("CS.02".to_owned(), MemberState::Returned));
}

#[actix_web::test]
async fn only_whoever_acts_for_the_position_decides_and_never_on_an_own_text() {
    let (office, _) = filled().await;
    for username in ["canbo", "photruongban"] {
        refused(
            decide(&office, username, decision(&office)),
            403,
            "failure.permission.approve_versions",
        );
    }
    for username in ["photruongban", "thanhvien"] {
        leads(&office, username);
    }
    refused(
        decide(&office, "photruongban", decision(&office)),
        403,
        "editions.refused.not_signer",
    );
    let (fresh, one) = (office.confirmed("photruongban"), decision(&office));
    let foreign = office.act_as("truongban", move |work| {
        documents::decide_edition(work, &fresh, 1, &one)
    });
    refused(foreign, 403, "people.confirm.stale");
    // Whoever reviewed acts for the chairman by a decision now: it holds for the position, not for what was reviewed.
    for username in ["photruongban", "thanhvien"] {
        lend(&office, ("truongban", "TB"), username, day(2026, 12, 31)).unwrap();
    }
    refused(
        decide(&office, "photruongban", decision(&office)),
        409,
        "editions.obstacle.reviewed_it",
    );
    assert!(decide(&office, "thanhvien", decision(&office)).unwrap());
    let issued = edition(&office, 1);
    assert_eq!(issued.position_name, "KT. Trưởng ban");
    assert_eq!(issued.signer_decision_no.as_deref(), Some("7/QĐ-UBND"));
}

#[actix_web::test]
async fn an_own_text_in_the_edition_is_named_and_can_be_taken_out() {
    let office = office().await;
    leads(&office, "thanhvien");
    office.holds("thanhvien", "TB");
    let version = create(&office, "CS.01");
    save(&office, "thanhvien", &version, &text("CS.01", "Chữ của thành viên")).unwrap();
    submit(&office, "thuky", &version, day(2026, 12, 1)).unwrap();
    sign(&office, "photruongban", &version).unwrap();
    let new = new(&office, "TB");
    office
        .act_as("thuky", move |work| documents::open_edition(work, &new))
        .unwrap();
    put(&office, 1, std::slice::from_ref(&version)).unwrap();
    refused(
        decide(&office, "thanhvien", decision(&office)),
        409,
        "editions.obstacle.own_text",
    );
    let (seen, own) = (edition(&office, 1).row_version, version.clone());
    office
        .act_as("thuky", move |work| documents::take_out(work, (1, seen), &own))
        .unwrap();
    assert_eq!(sign(&office, "truongban", &version).unwrap(), Stage::Approved);
}

#[actix_web::test]
async fn what_does_not_wait_for_the_last_signature_alone_is_not_put_in() {
    let (office, versions) = filled().await;
    let draft = create(&office, "CS.05");
    refused(
        put(&office, 1, std::slice::from_ref(&draft)),
        409,
        "editions.refused.not_waiting",
    );
    submit(&office, "thuky", &draft, day(2026, 12, 1)).unwrap();
    refused(put(&office, 1, &[draft]), 409, "editions.refused.not_waiting");
    refused(put(&office, 1, &versions[..1]), 409, "editions.refused.not_waiting");
    refused(put(&office, 1, &[]), 422, "editions.refused.nothing_chosen");
    leads(&office, "photruongban");
    set_route(&office, &[(Meaning::Approve, Needs::All, &["PTB", "TB"])]);
    let both = create(&office, "CS.06");
    submit(&office, "thuky", &both, day(2026, 12, 1)).unwrap();
    refused(
        put(&office, 1, std::slice::from_ref(&both)),
        409,
        "editions.refused.not_waiting",
    );
    sign(&office, "photruongban", &both).unwrap();
    assert_eq!(put(&office, 1, &[both]).unwrap(), 1);
}

#[actix_web::test]
async fn what_waits_in_an_edition_is_not_approved_alone_and_leaves_it_when_it_goes_back() {
    let (office, versions) = filled().await;
    refused(
        sign(&office, "truongban", &versions[0]),
        409,
        "documents.refused.in_edition",
    );
    let (seen, own) = (head(&office, &versions[0]).row_version, versions[0].clone());
    office
        .act_as("thuky", move |work| documents::recall(work, &own, seen, "Sửa lại"))
        .unwrap();
    assert_eq!(states(&office)[0], ("CS.01".to_owned(), MemberState::Recalled));
    let seen = edition(&office, 1).row_version;
    office
        .act_as("thuky", move |work| {
            documents::cancel_edition(work, (1, seen), "Chờ quyết định khác")
        })
        .unwrap();
    assert_eq!(states(&office)[1].1, MemberState::Dissolved);
    assert_eq!(sign(&office, "truongban", &versions[1]).unwrap(), Stage::Approved);
    refused(put(&office, 1, &versions[2..]), 409, "editions.refused.not_open");
}

#[actix_web::test]
async fn a_decision_issues_one_edition_only() {
    let (office, _) = filled().await;
    assert!(decide(&office, "truongban", decision(&office)).unwrap());
    let other = waiting(&office, &["CS.07"]);
    let new = new(&office, "TB");
    office
        .act_as("thuky", move |work| documents::open_edition(work, &new))
        .unwrap();
    put(&office, 2, &other).unwrap();
    let same = Decision {
        row_version: edition(&office, 2).row_version,
        verdicts: vec![GivenVerdict {
            seen_sha256: head(&office, &other[0]).content_sha256,
            version: other[0].clone(),
            said: Said::Approved,
        }],
        ..decision(&office)
    };
    let fresh = office.confirmed("truongban");
    let again = office.act_as("truongban", move |work| {
        documents::decide_edition(work, &fresh, 2, &same)
    });
    refused(again, 409, "editions.refused.decision_used");
}

#[actix_web::test]
async fn the_database_keeps_an_issued_edition_as_it_is_and_issues_only_what_has_its_verdict() {
    let (office, versions) = filled().await;
    let second = &versions[1];
    let sql = |what: &str| format!("UPDATE editions SET row_version = row_version + 1, {what} WHERE number = 1");
    let issue = "state = 'issued', decision_no = '1', decided_on = '2026-11-23', issued_at = opened_at, \
        signer_id = opened_by, signer_name = 'Ai'";
    forbidden_by_database(&office, &sql(issue), "each of its versions has its verdict");
    let approved =
        format!("UPDATE edition_members SET state = 'approved', ended_at = added_at WHERE version_id = '{second}'");
    forbidden_by_database(&office, &approved, "once it is approved for its day");
    let goes_back = format!("UPDATE versions SET stage = 'draft' WHERE id = '{second}'");
    forbidden_by_database(&office, &goes_back, "leaves its edition before it goes back");
    let other_day = format!("UPDATE versions SET planned_from = '2026-12-24' WHERE id = '{second}'");
    forbidden_by_database(&office, &other_day, "the dates of a version");
    let twice = "INSERT INTO edition_members (id, agency_id, edition_id, version_id, round, content_sha256, code, title, \
        state, added_by, added_by_name, added_at) SELECT 'x' || id, agency_id, edition_id, version_id, round, \
        content_sha256, code, title, 'waiting', added_by, added_by_name, added_at FROM edition_members";
    let said = tried(&office, twice).unwrap().to_lowercase();
    assert!(said.contains("unique"), "{said}");
    forbidden_by_database(&office, "DELETE FROM edition_members", "only ever added to");
    assert!(decide(&office, "truongban", decision(&office)).unwrap());
    for change in ["title = 'Khác'", "state = 'open'", "effective_from = '2027-01-01'"] {
        forbidden_by_database(&office, &sql(change), "stays as it is");
    }
    forbidden_by_database(&office, "DELETE FROM editions", "only ever added to");
    forbidden_by_database(&office, "UPDATE edition_members SET title = 'Khác'", "told once");
    let late = twice.replace("'x' || id", "'y' || id");
    forbidden_by_database(&office, &late, "into an open edition");
}
