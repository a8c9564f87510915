//! Who may read what, and the list of documents.

use super::{approve, create, day, head, neighbour, office, open_draft, save, sign, submit, text};
use crate::support::TestOffice;
use quytrinh::documents::{self, Filter, LIST_PAGE, ListRow, Stage};
use quytrinh::kernel::{Actor, Language, VersionId};
use quytrinh::ledger;
use quytrinh::web::Failure;

fn may_read(office: &TestOffice, actor: &Actor, version: &VersionId) -> bool {
    let head = head(office, version);
    ledger::read(&office.site.db, actor, |work| {
        Ok::<_, Failure>(documents::may_read(work, &head)?)
    })
    .unwrap()
}

fn list_for(office: &TestOffice, actor: &Actor, filter: &Filter) -> Vec<ListRow> {
    ledger::read(&office.site.db, actor, |work| {
        Ok::<_, Failure>(documents::list(work, filter)?)
    })
    .unwrap()
}

fn codes(rows: &[ListRow]) -> Vec<&str> {
    rows.iter().map(|row| row.code.as_str()).collect()
}

fn stranger(office: &TestOffice) -> Actor {
    Actor::stranger(office.agency.clone(), office.site.clock.now(), Language::Vi)
}

/// Version 1 superseded, 2 effective, 3 under review.
fn three(office: &TestOffice) -> [VersionId; 3] {
    let today = office.site.clock.today();
    let first = create(office, "CSCL");
    approve(office, &first, today);
    let second = open_draft(office, "thuky", &first).unwrap();
    approve(office, &second, today);
    let third = open_draft(office, "thuky", &first).unwrap();
    submit(office, "thuky", &third, day(2026, 12, 1)).unwrap();
    [first, second, third]
}

#[actix_web::test]
async fn drafts_are_read_by_their_author_signatories_and_the_committee_only() {
    let office = office().await;
    office.person("lanhdao", &[quytrinh::kernel::AccessRole::Leader]);
    office.position("VP", "Chánh Văn phòng");
    office.holds("lanhdao", "VP");
    super::set_route(
        &office,
        &[
            (documents::Meaning::Review, documents::Needs::Any, &["PTB", "VP"]),
            (documents::Meaning::Approve, documents::Needs::Any, &["TB"]),
        ],
    );
    let [first, second, third] = three(&office);
    for (username, expected) in [
        ("thuky", [true, true, true]),
        ("thanhvien", [true, true, true]),
        ("danhgia", [true, true, true]),
        ("lanhdao", [true, true, true]),
        ("canbo", [true, true, false]),
    ] {
        let actor = office.actor(username);
        let found = [&first, &second, &third].map(|version| may_read(&office, &actor, version));
        assert_eq!(found, expected, "{username}");
        let rows = list_for(&office, &actor, &Filter::default());
        assert_eq!(rows.len(), 1);
        assert_eq!(
            rows[0].effective.as_ref().map(|head| head.number),
            Some(2),
            "{username}"
        );
        let open = rows[0].open.as_ref().map(|head| (head.number, head.stage));
        assert_eq!(open, expected[2].then_some((3, Stage::InReview)), "{username}");
        let drafts = ledger::read(&office.site.db, &actor, |work| {
            Ok::<_, Failure>(documents::drafts(work)?)
        })
        .unwrap();
        assert_eq!(drafts.len(), usize::from(expected[2]), "{username}");
    }
    let visitor = stranger(&office);
    assert_eq!(
        [&first, &second, &third].map(|one| may_read(&office, &visitor, one)),
        [false, true, false]
    );
    assert_eq!(list_for(&office, &visitor, &Filter::default()).len(), 1);
}

#[actix_web::test]
async fn a_document_without_an_effective_version_is_hidden_from_readers() {
    let office = office().await;
    create(&office, "CSCL");
    assert_eq!(list_for(&office, &office.actor("canbo"), &Filter::default()), []);
    let rows = list_for(&office, &office.actor("thanhvien"), &Filter::default());
    assert_eq!(codes(&rows), ["CSCL"]);
    assert_eq!((rows[0].effective.as_ref(), rows[0].shown.stage), (None, Stage::Draft));
}

#[actix_web::test]
async fn a_withdrawn_document_is_listed_as_such() {
    let office = office().await;
    let version = create(&office, "CSCL");
    approve(&office, &version, office.site.clock.today());
    let (fresh, id) = (office.confirmed("truongban"), super::document(&office, &version));
    office
        .act_as("truongban", move |work| {
            documents::withdraw(work, &fresh, &id, "Bãi bỏ")
        })
        .unwrap();
    let withdrawn = Filter {
        stage: Some(Stage::Withdrawn),
        ..Filter::default()
    };
    assert_eq!(codes(&list_for(&office, &office.actor("canbo"), &withdrawn)), ["CSCL"]);
    assert_eq!(list_for(&office, &stranger(&office), &Filter::default()), []);
}

#[actix_web::test]
async fn a_list_is_narrowed_by_kind_field_and_stage() {
    let office = office().await;
    let (policy, other) = (create(&office, "CSCL"), create(&office, "A_1"));
    let with_field = text("CSCL", "Đăng ký 100% hộ tịch").replace("+++\n#", "field = \"Hộ tịch\"\n+++\n#");
    save(&office, "thuky", &policy, &with_field).unwrap();
    submit(&office, "thuky", &policy, day(2026, 12, 1)).unwrap();
    sign(&office, "photruongban", &policy).unwrap();
    let thuky = office.actor("thuky");
    let find = |filter: Filter| {
        let rows = list_for(&office, &thuky, &filter);
        rows.into_iter().map(|row| row.code).collect::<Vec<_>>()
    };
    assert_eq!(
        find(Filter {
            field: Some("Hộ tịch".to_owned()),
            ..Filter::default()
        }),
        ["CSCL"]
    );
    assert_eq!(
        find(Filter {
            stage: Some(Stage::Draft),
            ..Filter::default()
        }),
        ["A_1"]
    );
    assert_eq!(
        find(Filter {
            stage: Some(Stage::InApproval),
            ..Filter::default()
        }),
        ["CSCL"]
    );
    let kind = quytrinh::procedures::Kind::Form;
    assert_eq!(
        find(Filter {
            kind: Some(kind),
            ..Filter::default()
        }),
        Vec::<String>::new()
    );
    assert_eq!(head(&office, &other).stage, Stage::Draft);
}

#[actix_web::test]
async fn a_long_list_is_paged_by_code() {
    let office = office().await;
    let all: Vec<String> = (0..LIST_PAGE + 5).map(|number| format!("D{number:03}")).collect();
    let texts: Vec<String> = all.iter().map(|code| text(code, "Một tài liệu")).collect();
    office
        .act_as("thuky", move |work| {
            texts
                .iter()
                .try_for_each(|text| documents::create(work, text).map(drop))
        })
        .unwrap();
    let thuky = office.actor("thuky");
    let first = list_for(&office, &thuky, &Filter::default());
    assert_eq!(codes(&first), all[..LIST_PAGE]);
    let after = first.last().map(|row| row.code.clone());
    let second = list_for(
        &office,
        &thuky,
        &Filter {
            after,
            ..Filter::default()
        },
    );
    assert_eq!(codes(&second), all[LIST_PAGE..]);
}

#[actix_web::test]
async fn another_office_sees_nothing_and_changes_nothing() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let id = super::document(&office, &version);
    let neighbour = neighbour(&office);
    assert_eq!(list_for(&office, &neighbour, &Filter::default()), []);
    let read = ledger::read(&office.site.db, &neighbour, |work| {
        Ok::<_, Failure>(documents::head(work, &version)?)
    });
    assert!(matches!(read, Err(Failure::NotFound)));
    let change = |deed: fn(&mut ledger::Work<'_>, &VersionId) -> Result<(), Failure>| {
        let version = version.clone();
        let done = ledger::change(&office.site.db, neighbour.clone(), move |work| deed(work, &version));
        assert!(matches!(done, Err(Failure::NotFound)), "{done:?}");
    };
    change(|work, version| documents::save(work, version, 1, &text("CSCL", "T")).map(drop));
    change(|work, version| documents::submit(work, version, 1, day(2026, 12, 1)));
    change(|work, version| documents::recall(work, version, 1, "Lý do"));
    change(|work, version| documents::cancel(work, version, 1));
    let fresh = quytrinh::people::confirm(&office.site.db, &neighbour, crate::support::PASSWORD).unwrap();
    let id_of_other = version.clone();
    let returned = ledger::change(&office.site.db, neighbour.clone(), move |work| {
        documents::return_to_author(work, &fresh, (&id_of_other, ""), "Lý do")
    });
    assert!(matches!(returned, Err(Failure::NotFound)), "{returned:?}");
    let opened = ledger::change(&office.site.db, neighbour, move |work| documents::open_draft(work, &id));
    assert!(matches!(opened, Err(Failure::NotFound)), "{opened:?}");
}
