//! Forms and filled forms as pages and papers show them.

use super::*;

#[test]
fn the_page_keeps_what_was_typed_and_grows_a_table_on_demand() {
    let definition = sound(&[
        row("ten", "short_text", &["required"]),
        row("co", "yes_no", &[]),
        row("ds", "table", &[]),
        column("ds", row("muc", "choice", &[])),
    ]);
    let typed = |name: &str| match name {
        "in.ten" => vec!["A".to_owned()],
        "in.co" => vec!["no".to_owned()],
        "in.ds.2.muc" => vec!["Sai".to_owned()],
        _ => Vec::new(),
    };
    let slip = Slip {
        name: "in.ten".to_owned(),
        key: "too_short",
        args: Vec::new(),
    };
    let shown = |grown| {
        inputs(
            &definition,
            &typed,
            (std::slice::from_ref(&slip), &|slip| slip.key.to_owned()),
            grown,
        )
    };
    let same = shown(None);
    assert_eq!((same[0].value.as_str(), same[0].fault.as_str()), ("A", "too_short"));
    assert!(same[1].options[1].is_chosen && !same[1].options[0].is_chosen);
    assert_eq!(same[2].table.as_ref().unwrap().rows.len(), 3);
    assert_eq!(shown(Some("ds"))[2].table.as_ref().unwrap().rows.len(), 4);
    let empty = inputs(&definition, &|_| Vec::new(), (&[], &|_| String::new()), None);
    assert_eq!(empty[2].table.as_ref().unwrap().rows.len(), 2);
}

#[test]
fn personal_values_are_hidden_from_whoever_may_not_read_them() {
    let definition = sound(&[
        row("so", "number", &["unit đồng"]),
        row("dinh_danh", "short_text", &["personal"]),
        row("ngay", "date", &[]),
        row("gap", "yes_no", &[]),
        row("trong", "short_text", &["personal"]),
        row("ds", "table", &[]),
        column("ds", row("ten", "short_text", &["personal"])),
        column("ds", row("muc", "short_text", &[])),
    ]);
    let sent = [
        ("in.so", "1250000"),
        ("in.dinh_danh", "010096001234"),
        ("in.ngay", "2026-11-22"),
        ("in.gap", "no"),
        ("in.ds.0.ten", "Bích"),
        ("in.ds.0.muc", "cao"),
    ];
    let kept = filled(&definition, &sent).unwrap();
    let told = |personal| {
        let seen = Seen {
            yes: "Có".to_owned(),
            no: "Không".to_owned(),
            hidden: "•••".to_owned(),
            personal,
        };
        let shown = values(&definition, &kept, &seen);
        let lines: Vec<String> = shown.iter().map(|one| one.lines.join("/")).collect();
        (lines, shown.last().map(|one| one.rows.clone()).unwrap())
    };
    let (lines, rows) = told(true);
    assert_eq!(lines, ["1.250.000 đồng", "010096001234", "22/11/2026", "Không", "", ""]);
    assert_eq!(rows, [["Bích", "cao"]]);
    let (lines, rows) = told(false);
    assert_eq!(lines, ["1.250.000 đồng", "•••", "22/11/2026", "Không", "", ""]);
    assert_eq!(rows, [["•••", "cao"]]);
}

#[test]
fn what_was_kept_can_be_typed_again_and_gives_the_same() {
    let definition = sound(
        &[
            row("so", "number", &[]),
            row("ten", "short_text", &["personal", "from applicant_name"]),
            row("giay_to", "choices", &[]),
            row("ds", "table", &[]),
            column("ds", row("so", "number", &[])),
            column("ds", row("rieng", "short_text", &["personal"])),
        ]
        .map(|mut one| {
            if one.within == "ds" && one.code == "so" {
                one.code = "so_luong".to_owned();
            }
            one
        }),
    );
    let sent = [
        ("in.so", "1,125"),
        ("in.ten", "Bích"),
        ("in.giay_to", "Sai"),
        ("in.ds.3.so_luong", "1.250,5"),
        ("in.ds.3.rieng", "x"),
    ];
    let kept = filled(&definition, &sent).unwrap();
    let again = typed_again(&definition, &kept, true);
    let again: Vec<(&str, &str)> = again
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| (name.as_str(), value.as_str())))
        .collect();
    assert_eq!(filled(&definition, &again).unwrap(), kept);
    let public = typed_again(&definition, &kept, false);
    assert!(!public.contains_key("in.ten") && !public.contains_key("in.ds.0.rieng"));
    assert!(public.contains_key("in.ds.0.so_luong"));
    let known = [
        (Origin::ApplicantName, "Trần Thị Bích".to_owned()),
        (Origin::Today, "2026-11-23".to_owned()),
    ]
    .into();
    let before = typed_before(&definition, &known);
    assert_eq!(before, [("in.ten".to_owned(), vec!["Trần Thị Bích".to_owned()])].into());
}
