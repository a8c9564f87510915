//! Procedures as offices write them in Word.

use super::{codes, file, p, recognised, tbl, tc};
use crate::docx::NoteKind;
use crate::procedures::{Kind, Mode, NextRow, StepTimes, parse, write};

fn next(outcome: &str, to: &str) -> NextRow {
    NextRow {
        outcome: outcome.to_owned(),
        to: to.to_owned(),
    }
}

/// The classic layout of communes: one table for the head, numbered sections, a table of steps.
fn classic() -> Vec<u8> {
    let head = tbl(&[&[
        "ỦY BAN NHÂN DÂN\nXÃ BẢO HÀ",
        "QUY TRÌNH\nĐĂNG KÝ KHAI SINH TẠI UBND XÃ",
        "Mã hiệu: QT.HT.01\nLần ban hành: 01\nNgày ban hành: 07/7/2025",
    ]]);
    let dossier = tbl(&[
        &["TT", "Thành phần hồ sơ", "Bản chính", "Bản sao"],
        &["1", "Tờ khai đăng ký khai sinh", "x", ""],
        &["2", "Giấy chứng sinh", "01", ""],
        &["3", "Giấy chứng nhận kết hôn", "", "x"],
    ]);
    let steps = tbl(&[
        &["TT", "Trình tự", "Trách nhiệm", "Thời gian", "Biểu mẫu/Kết quả"],
        &[
            "B1",
            "Tiếp nhận, kiểm tra hồ sơ. Nếu hồ sơ không hợp lệ thì trả lại bước 9.",
            "Bộ phận một cửa",
            "Giờ hành chính",
            "Mẫu số 01",
        ],
        &[
            "B2",
            "Thẩm định hồ sơ",
            "CC Tư pháp - Hộ tịch",
            "½ ngày",
            "Dự thảo giấy khai sinh",
        ],
        &[
            "B3",
            "Ký duyệt. Nếu không đạt, trả lại bước 2.",
            "Chủ tịch UBND xã",
            "04 giờ",
            "Giấy khai sinh\nBM.HT.01.02 Phiếu trình",
        ],
        &[
            "B4",
            "Đóng dấu, trả kết quả",
            "Văn thư UBND; Người gác cổng",
            "0,25 ngày làm việc",
            "",
        ],
    ]);
    let forms = tbl(&[&["TT", "Mã hiệu", "Tên biểu mẫu"], &["1", "BM.HT.01.01", "Tờ khai"]]);
    let records = tbl(&[
        &["TT", "Hồ sơ lưu", "Nơi lưu", "Thời gian lưu"],
        &["1", "Sổ đăng ký khai sinh", "Tư pháp", "Vĩnh viễn"],
    ]);
    classic_of([head, dossier, steps, forms, records])
}

fn classic_of([head, dossier, steps, forms, records]: [String; 5]) -> Vec<u8> {
    let body = [
        head,
        p("Mã số TTHC: 1.001193"),
        p("Lĩnh vực: Hộ tịch"),
        p("1. MỤC ĐÍCH"),
        p("Quy định cách làm."),
        p("2. PHẠM VI"),
        p("Áp dụng cho UBND xã."),
        p("5. NỘI DUNG QUY TRÌNH"),
        p("5.1. Cơ sở pháp lý"),
        p("- Luật Hộ tịch số 60/2014/QH13;"),
        p("- Nghị định số 123/2015/NĐ-CP."),
        p("5.2. Thành phần hồ sơ"),
        dossier,
        p("5.3. Số lượng hồ sơ: 01 bộ"),
        p("5.4. Thời gian xử lý: Ngay trong ngày, không quá 02 ngày làm việc"),
        p("5.5. Nơi tiếp nhận và trả kết quả"),
        p("Trung tâm Phục vụ hành chính công xã"),
        p("5.6. Lệ phí: Không"),
        p("5.7. Quy trình xử lý công việc"),
        steps,
        p("6. BIỂU MẪU"),
        forms,
        p("7. HỒ SƠ LƯU"),
        records,
        p("Hồ sơ giao cho văn thư *lưu* theo quy định."),
    ];
    file(&body.concat(), &[])
}

#[test]
fn the_classic_layout_is_recognised() {
    let found = recognised(&classic());
    let source = &found.source;
    assert_eq!((source.code.as_str(), source.kind), ("QT.HT.01", Kind::WorkProcedure));
    assert_eq!(source.title, "Đăng ký khai sinh tại UBND xã");
    assert_eq!(
        (source.field.as_str(), source.sets, source.fee.as_str()),
        ("Hộ tịch", Some(1), "Không")
    );
    assert_eq!(source.tthc[0].code, "1.001193");
    assert_eq!(source.receiving_place, "Trung tâm Phục vụ hành chính công xã");
    assert_eq!(
        source.legal_basis,
        ["Luật Hộ tịch số 60/2014/QH13", "Nghị định số 123/2015/NĐ-CP"]
    );
    let dossier: Vec<(&str, u32, u32)> = source
        .dossier
        .iter()
        .map(|row| (row.name.as_str(), row.originals, row.copies))
        .collect();
    assert_eq!(
        dossier,
        [
            ("Tờ khai đăng ký khai sinh", 1, 0),
            ("Giấy chứng sinh", 1, 0),
            ("Giấy chứng nhận kết hôn", 0, 1)
        ]
    );
    assert_eq!(source.durations[0].limit, "2 working_day");
    assert_eq!(source.records[0].retention, "Vĩnh viễn");
    assert!(source.sources[0].contains("Lần ban hành: 01") && source.sources[0].contains("07/7/2025"));
    assert!(source.body.contains("## 1. MỤC ĐÍCH") && source.body.contains("Quy định cách làm."));
    assert!(source.body.contains("\\*lưu\\*"), "{}", source.body);
    assert!(parse(&write(source)).document.is_some());
}

#[test]
fn steps_have_their_roles_times_ways_and_forms_and_what_is_not_certain_is_told() {
    let found = recognised(&classic());
    let steps = &found.source.steps;
    let codes: Vec<&str> = steps.iter().map(|step| step.code.as_str()).collect();
    assert_eq!(codes, ["B1", "B2", "B3", "B4"]);
    assert_eq!(steps[0].roles, ["motcua"]);
    assert_eq!(steps[1].roles, ["tphth"]);
    assert_eq!(steps[2].roles, ["ctubnd"]);
    assert_eq!(steps[3].roles, ["vanthu", "nguoi_gac_cong"]);
    assert_eq!(steps[0].time, StepTimes::Unstated);
    assert_eq!(steps[1].time, StepTimes::Same("0.5 working_day".to_owned()));
    assert_eq!(steps[2].time, StepTimes::Same("4 working_hour".to_owned()));
    assert_eq!(steps[3].time, StepTimes::Same("0.25 working_day".to_owned()));
    assert_eq!(steps[2].next, [next("Đạt", "B4"), next("Không đạt", "B2")]);
    assert_eq!(steps[2].forms, ["BM.HT.01.02"]);
    assert_eq!(steps[2].outputs, ["Giấy khai sinh"]);
    let says = |kind: NoteKind, text: &str| {
        let has =
            |note: &&crate::docx::Note| note.kind == kind && note.args.iter().any(|(_, value)| value.contains(text));
        assert!(
            found.notes.iter().any(|note| has(&note)),
            "{kind:?} {text} in {:#?}",
            found.notes
        );
    };
    says(NoteKind::OfficeHours, "B1");
    says(NoteKind::BranchUnknown, "bước 9");
    says(NoteKind::RoleNear, "CC Tư pháp - Hộ tịch");
    says(NoteKind::RoleUnknown, "Người gác cổng");
    says(NoteKind::TimeGuessed, "½ ngày");
    says(NoteKind::BranchGuessed, "không đạt");
    says(NoteKind::FormAdded, "BM.HT.01.02");
    says(NoteKind::TitleCapitals, "ĐĂNG KÝ");
    let block = found
        .notes
        .iter()
        .find(|note| note.kind == NoteKind::OfficeHours)
        .unwrap()
        .block;
    assert_eq!(block, Some(19), "a note knows the block it stands in");
}

/// Many offices put all of section 5 into one table.
#[test]
fn one_table_that_holds_all_of_section_5_is_unfolded() {
    let row = |cells: &[(&str, usize)]| {
        let cell = |(text, span): &(&str, usize)| {
            let text = text.split('\n').map(p).collect::<String>();
            format!("<w:tc><w:tcPr><w:gridSpan w:val=\"{span}\"/></w:tcPr>{text}</w:tc>")
        };
        format!("<w:tr>{}</w:tr>", cells.iter().map(cell).collect::<String>())
    };
    let rows = [
        row(&[("5.1", 1), ("Cơ sở pháp lý", 4)]),
        row(&[("", 1), ("Luật Cư trú 68/2020/QH14", 4)]),
        row(&[("5.2", 1), ("Thành phần hồ sơ", 2), ("Bản chính", 1), ("Bản sao", 1)]),
        row(&[("", 1), ("Giấy tờ phải xuất trình", 4)]),
        row(&[("1", 1), ("Căn cước công dân", 2), ("x", 1), ("", 1)]),
        row(&[("5.3", 1), ("Số lượng hồ sơ", 4)]),
        row(&[("", 1), ("01 bộ", 4)]),
        row(&[("5.4", 1), ("Thời gian xử lý", 4)]),
        row(&[("", 1), ("03 ngày làm việc", 4)]),
        row(&[("5.6", 1), ("Lệ phí", 4)]),
        row(&[("", 1), ("10.000 đồng", 4)]),
        row(&[("5.7", 1), ("Quy trình xử lý công việc", 4)]),
        row(&[
            ("TT", 1),
            ("Trinh tu", 1),
            ("Trach nhiem", 1),
            ("Thoi gian", 1),
            ("Bieu mau", 1),
        ]),
        row(&[("Bước 1", 1), ("Tiếp nhận", 1), ("motcua", 1), ("01 ngày", 1), ("", 1)]),
        row(&[("Bước 2", 1), ("Ký", 1), ("Chủ tịch UBND", 1), ("02 ngày", 1), ("", 1)]),
        row(&[("Tổng thời gian: 03 ngày làm việc", 5)]),
    ];
    let found = recognised(&file(
        &format!("{}<w:tbl>{}</w:tbl>", p("5. NỘI DUNG"), rows.concat()),
        &[],
    ));
    let source = &found.source;
    assert_eq!(source.legal_basis, ["Luật Cư trú 68/2020/QH14"]);
    assert_eq!((source.dossier.len(), source.dossier[0].mode), (1, Mode::Present));
    assert_eq!((source.sets, source.fee.as_str()), (Some(1), "10.000 đồng"));
    assert_eq!(source.durations[0].limit, "3 working_day");
    let steps: Vec<(&str, &str)> = source
        .steps
        .iter()
        .map(|step| (step.code.as_str(), step.name.as_str()))
        .collect();
    assert_eq!(steps, [("B1", "Tiếp nhận"), ("B2", "Ký")]);
    assert_eq!(source.steps[1].roles, ["ctubnd"]);
    assert!(codes(&found).contains(&"across-row"));
}

#[test]
fn a_merged_cell_of_time_is_a_time_that_steps_share() {
    let cell = |text: &str, merge: &str| format!("<w:tc><w:tcPr>{merge}</w:tcPr>{}</w:tc>", p(text));
    let row =
        |number: &str, time: String| format!("<w:tr>{}{}{}{time}</w:tr>", tc(number), tc("Làm việc"), tc("Kế toán"));
    let table = format!(
        "<w:tbl><w:tr>{}{}{}{}</w:tr>{}{}{}</w:tbl>",
        tc("STT"),
        tc("Nội dung công việc"),
        tc("Người thực hiện"),
        tc("Thời hạn"),
        row("1", cell("01 ngày làm việc", "<w:vMerge w:val=\"restart\"/>")),
        row("2", cell("", "<w:vMerge/>")),
        row("2", cell("04 giờ làm việc", "")),
    );
    let found = recognised(&file(&table, &[]));
    let times: Vec<&StepTimes> = found.source.steps.iter().map(|step| &step.time).collect();
    let same = |text: &str| StepTimes::Same(text.to_owned());
    assert_eq!(times, [&same("A"), &same("A"), &same("4 working_hour")]);
    assert_eq!(found.source.shared_times[0].limit, "1 working_day");
    assert!(codes(&found).contains(&"shared-time"));
    // The second row that is called 2 gets a code of its own, and that is told.
    assert_eq!(found.source.steps[2].code, "B3");
    assert!(codes(&found).contains(&"step-code"));
}

#[test]
fn columns_of_time_are_duration_cases() {
    let head = format!(
        "<w:tr>{}{}{}<w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr>{}</w:tc></w:tr>",
        tc("TT"),
        tc("Trình tự các bước"),
        tc("Trách nhiệm"),
        p("Thời gian")
    );
    let rows = format!(
        "<w:tr>{}{}{}{}{}</w:tr>",
        tc(""),
        tc(""),
        tc(""),
        tc("Không xác minh"),
        tc("Có xác minh")
    );
    let one = format!(
        "<w:tr>{}{}{}{}{}</w:tr>",
        tc("1"),
        tc("Thẩm tra"),
        tc("Kế toán"),
        tc("01 ngày làm việc"),
        tc("05 ngày làm việc")
    );
    let body = [
        p("5.4 Thời gian xử lý"),
        p("- Không xác minh: 03 ngày làm việc"),
        p("- Có xác minh: 08 ngày làm việc"),
        p("5.7 Quy trình xử lý công việc"),
        format!("<w:tbl>{head}{rows}{one}</w:tbl>"),
    ];
    let source = recognised(&file(&body.concat(), &[])).source;
    let cases: Vec<(&str, &str)> = source
        .durations
        .iter()
        .map(|row| (row.code.as_str(), row.limit.as_str()))
        .collect();
    assert_eq!(
        cases,
        [("khong_xac_minh", "3 working_day"), ("co_xac_minh", "8 working_day")]
    );
    let each = vec![
        ("khong_xac_minh".to_owned(), "1 working_day".to_owned()),
        ("co_xac_minh".to_owned(), "5 working_day".to_owned()),
    ];
    assert_eq!(source.steps[0].time, StepTimes::ByDuration(each));
    assert_eq!(source.steps.len(), 1);
}

#[test]
fn a_file_that_says_nothing_of_a_procedure_stays_whole_in_the_body() {
    let found = recognised(&file(
        &[p("Thư mời họp"), p("Kính gửi ông B, đúng 8 giờ.")].concat(),
        &[],
    ));
    assert_eq!(found.source.body, "Thư mời họp\n\nKính gửi ông B, đúng 8 giờ.\n");
    for code in ["no-code", "no-title", "no-steps"] {
        assert!(codes(&found).contains(&code), "{code}");
    }
}
