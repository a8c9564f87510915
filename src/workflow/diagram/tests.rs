//! Pictures of hand-made tables: everything in its place, nothing over a box.

use proptest::prelude::*;

use super::*;
use crate::workflow::{Next, Step, StepCode};

pub(super) fn step(code: &str, name: &str, role: &str) -> Step {
    Step {
        code: StepCode::new(code),
        name: name.to_owned(),
        roles: vec![RoleCode::new(role)],
        times: vec![],
        counted: true,
        next: vec![],
        optional: false,
        branch: None,
        clock: Clock::Runs,
        different_from: vec![],
        same_as: vec![],
        max_times: None,
        forms: vec![],
        outputs: vec![],
    }
}

pub(super) fn with_next(mut step: Step, next: &[(&str, &str)]) -> Step {
    step.next = next
        .iter()
        .map(|(outcome, target)| Next {
            outcome: (!outcome.is_empty()).then(|| (*outcome).to_owned()),
            target: match *target {
                "END" => Target::End,
                "END-REFUSED" => Target::EndRefused,
                "END-WITHDRAWN" => Target::EndWithdrawn,
                code => Target::Step(StepCode::new(code)),
            },
        })
        .collect();
    step
}

pub(super) fn in_branch(mut step: Step, group: &str, branch: &str) -> Step {
    step.branch = Some(Branch {
        group: group.to_owned(),
        branch: branch.to_owned(),
    });
    step
}

pub(super) fn birth() -> StepTable {
    StepTable {
        steps: vec![
            with_next(
                step("B1", "Tiếp nhận, kiểm tra thành phần hồ sơ & số hóa", "motcua"),
                &[("Hợp lệ", "B2"), ("Không thuộc thẩm quyền", "END-REFUSED")],
            ),
            with_next(
                step(
                    "B2",
                    "Thẩm tra hồ sơ, cập nhật phần mềm hộ tịch, dự thảo Giấy khai sinh",
                    "tphth",
                ),
                &[
                    ("Đạt", "B3"),
                    ("Cần bổ sung", "B1"),
                    ("Công dân rút hồ sơ", "END-WITHDRAWN"),
                ],
            ),
            with_next(
                step("B3", "Ký Giấy khai sinh", "ct"),
                &[("Ký", "B4"), ("Chưa đồng ý", "B2")],
            ),
            step("B4", "Vào sổ, đóng dấu", "vanthu"),
            step("B5", "Trả kết quả cho công dân", "motcua"),
        ],
        ..StepTable::default()
    }
}

pub(super) fn permit() -> StepTable {
    let mut paused = with_next(
        step("B04", "Công dân bổ sung hồ sơ", "motcua"),
        &[("Đã bổ sung", "B03"), ("Quá hạn", "END-WITHDRAWN")],
    );
    paused.clock = Clock::Paused;
    let mut optional = step("B06", "Kiểm tra thực địa khi hồ sơ có dấu hiệu sai lệch", "congchuc");
    optional.optional = true;
    let mut signed = with_next(
        step("B11", "Ký giấy phép", "ct"),
        &[
            ("Ký", "B12"),
            ("Trả lại phòng", "B10"),
            ("Trả lại công chức", "B09"),
            ("Lấy lại ý kiến", "B07"),
            ("Thẩm định lại", "B03"),
        ],
    );
    signed.roles.push(RoleCode::new("pct"));
    StepTable {
        steps: vec![
            with_next(
                step("B01", "Tiếp nhận hồ sơ", "motcua"),
                &[("Hợp lệ", "B02"), ("Từ chối", "END-REFUSED")],
            ),
            step("B02", "Phân công thụ lý", "ldphong"),
            with_next(
                step("B03", "Thẩm định hồ sơ", "congchuc"),
                &[
                    ("Đủ điều kiện", "B05"),
                    ("Cần bổ sung", "B04"),
                    ("Không đủ điều kiện", "B09"),
                ],
            ),
            paused,
            step("B05", "Xác định các cơ quan cần lấy ý kiến", "congchuc"),
            optional,
            in_branch(
                step("B07", "Lấy ý kiến Công an xã về phòng cháy, chữa cháy", "congan"),
                "P1",
                "a",
            ),
            in_branch(step("B07a", "Tổng hợp ý kiến", "congchuc"), "P1", "a"),
            in_branch(step("B08", "Lấy ý kiến về quy hoạch", "ldphong"), "P1", "b"),
            in_branch(
                step("B08a", "Niêm yết công khai tại trụ sở Ủy ban nhân dân", "motcua"),
                "P1",
                "c",
            ),
            step("B09", "Dự thảo giấy phép hoặc văn bản từ chối", "congchuc"),
            with_next(
                step("B10", "Kiểm tra, ký nháy", "ldphong"),
                &[("Đồng ý", "B11"), ("Chưa đạt", "B09")],
            ),
            signed,
            step("B12", "Vào sổ, đóng dấu, số hóa kết quả", "vanthu"),
            step("B13", "Trả kết quả", "motcua"),
        ],
        ..StepTable::default()
    }
}

fn role_name(role: &RoleCode) -> String {
    match role.as_str() {
        "motcua" => "Trung tâm Phục vụ hành chính công".into(),
        "tphth" => "Công chức Tư pháp - Hộ tịch".into(),
        "ct" => "Chủ tịch UBND".into(),
        "pct" => "Phó Chủ tịch UBND".into(),
        "vanthu" => "Văn thư".into(),
        "ldphong" => "Lãnh đạo Phòng Kinh tế, Hạ tầng và Đô thị".into(),
        "congchuc" => "Công chức thụ lý".into(),
        "congan" => "Công an xã".into(),
        other => other.to_owned(),
    }
}

fn branch_name(branch: &Branch) -> String {
    format!("Song song {}, nhánh {}", branch.group, branch.branch)
}

pub(super) fn words() -> DiagramWords<'static> {
    DiagramWords {
        id: "p1",
        title: "Lưu đồ <thử>",
        description: "Các bước theo vai trò, từ trên xuống dưới.",
        role_name: &role_name,
        branch_name: &branch_name,
        no_role: "Chưa có vai trò",
        or: "hoặc",
        start: "Bắt đầu",
        completed: "Kết thúc",
        refused: "Từ chối hồ sơ",
        withdrawn: "Công dân rút hồ sơ",
        optional: "có thể bỏ qua",
        paused: "tạm dừng tính thời gian",
        sentences: Sentences {
            step: "Bước {number} ({code}): {name}; thực hiện: {roles}",
            then: "; tiếp theo: {target}",
            when: "; nếu {outcome} thì: {target}",
            separator: "; ",
            stop: ".",
        },
    }
}

fn marks() -> Overlay {
    let mark = |class, note: &str| {
        Some(RowMark {
            class,
            note: note.to_owned(),
        })
    };
    Overlay {
        rows: vec![
            mark(MarkClass::Done, "Nguyễn Thị Hoa, 16/11 09:05"),
            mark(MarkClass::Deviating, "Làm bởi người không được phân công"),
            mark(MarkClass::Skipped, "Không thực hiện"),
            mark(MarkClass::Late, "Trễ 1 ngày 2 giờ so với thời hạn"),
            mark(MarkClass::Current, ""),
        ],
        edges: Vec::new(),
    }
}

/// The lines of a picture must not pass through a box that they do not begin or end at.
fn lines_keep_off_boxes(table: &StepTable) {
    lines_of_plan_keep_off_boxes(table, &Plan::of(table));
}

pub(super) fn lines_of_plan_keep_off_boxes(table: &StepTable, plan: &Plan) {
    let layout = Layout::of(table, plan, &words(), &Overlay::default());
    for (number, edge) in plan.edges.iter().enumerate() {
        let line = layout.line(plan, number);
        assert!(line.len() >= 2, "edge {number} has a line");
        for (node, placed) in plan.nodes.iter().zip(&layout.nodes) {
            let lane = layout.lane(node.lane).0;
            let bar = matches!(node.mark, plan::Mark::Fork | plan::Mark::Join);
            let (left, right) = if bar {
                layout.inner
            } else {
                (lane, lane + layout.box_width)
            };
            let bottom = placed.top + placed.height;
            for pair in line.windows(2) {
                let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
                let inside = ax.max(bx) > left && ax.min(bx) < right && ay.max(by) > placed.top && ay.min(by) < bottom;
                assert!(!inside, "edge {number} {edge:?} runs through {node:?}");
            }
        }
    }
}

#[test]
fn lines_meet_no_box() {
    lines_keep_off_boxes(&birth());
    lines_keep_off_boxes(&permit());
    lines_keep_off_boxes(&StepTable::default());
    lines_stay_apart(&birth());
    lines_stay_apart(&permit());
}

/// Lines of edges with different goals may cross but never run on top of each other.
fn lines_stay_apart(table: &StepTable) {
    let plan = Plan::of(table);
    let layout = Layout::of(table, &plan, &words(), &Overlay::default());
    let mut pieces = Vec::new();
    for (number, edge) in plan.edges.iter().enumerate() {
        let line = layout.line(&plan, number);
        pieces.extend(line.windows(2).map(|pair| (edge.goal, edge.from, pair[0], pair[1])));
    }
    for (at, (goal, from, (ax, ay), (bx, by))) in pieces.iter().enumerate() {
        for (other, other_from, (cx, cy), (dx, dy)) in &pieces[..at] {
            let apart = |a: &i32, b: &i32, c: &i32, d: &i32| a.max(b) <= c.min(d) || c.max(d) <= a.min(b);
            let on_top = (ax == bx && cx == dx && ax == cx && !apart(ay, by, cy, dy))
                || (ay == by && cy == dy && ay == cy && !apart(ax, bx, cx, dx));
            let same = goal == other || (from == other_from && ax == bx);
            assert!(
                !on_top || same,
                "{from} to {goal:?} and {other_from} to {other:?} at {ax},{ay} {cx},{cy}"
            );
        }
    }
}

proptest! {
    #[test]
    fn any_table_is_drawn_without_lines_over_boxes_or_over_each_other(
        rows in proptest::collection::vec((0..6_usize, 0..4_u8, proptest::collection::vec(0..20_usize, 0..4)), 1..16),
    ) {
        let count = rows.len();
        // Rows 4 to 7 may form a parallel part, into and out of which no row jumps.
        let inside = |row: usize| count > 9 && (4..8).contains(&row);
        let steps = rows.iter().enumerate().map(|(row, (role, branch, targets))| {
            let mut targets: Vec<usize> = targets.clone();
            targets.retain(|target| !inside(row) && (!inside(*target) || *target == 4));
            let next: Vec<(String, String)> = targets.iter().enumerate().map(|(n, target)| {
                let code = match target {
                    18 => "END-REFUSED".to_owned(),
                    19 => "END-WITHDRAWN".to_owned(),
                    _ if *target >= count => "END".to_owned(),
                    _ => format!("S{target}"),
                };
                (format!("kết quả {n}"), code)
            }).collect();
            let next: Vec<(&str, &str)> = next.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            let one = with_next(step(&format!("S{row}"), "Tên bước", &format!("r{role}")), &next);
            if inside(row) { in_branch(one, "P", if *branch + 4 > 5 && row > 5 { "b" } else { "a" }) } else { one }
        }).collect();
        let table = StepTable { steps, ..StepTable::default() };
        lines_keep_off_boxes(&table);
        lines_stay_apart(&table);
        prop_assert_eq!(text_alternative(&table, &words()).len(), count);
    }
}

#[test]
fn the_picture_is_whole_escaped_and_always_the_same() {
    let svg = draw_case(&birth(), &words(), &marks());
    assert_eq!(svg, draw_case(&birth(), &words(), &marks()));
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    assert!(svg.contains("role=\"img\"") && svg.contains("<title id=\"p1-title\">Lưu đồ &lt;thử&gt;</title>"));
    assert!(svg.contains("Hợp lệ") && svg.contains("url(#p1-back)") && !svg.contains("style="));
    assert!(svg.contains("hồ sơ &amp; số"));
    for class in [
        "flow-done",
        "flow-deviating",
        "flow-skipped",
        "flow-late",
        "flow-current",
    ] {
        assert!(svg.contains(class), "{class}");
    }
}

#[test]
fn a_parallel_part_has_bars_and_branches() {
    let plan = Plan::of(&permit());
    assert_eq!(plan.blocks.len(), 1);
    assert_eq!(plan.blocks[0].first_nodes.len(), 3);
    let into_join = plan
        .edges
        .iter()
        .filter(|edge| edge.goal == plan::Goal::Node(plan.blocks[0].join))
        .count();
    assert_eq!(into_join, 3);
    let svg = draw(&permit(), &words());
    assert_eq!(svg.matches("flow-bar").count(), 2);
    assert_eq!(svg.matches("Song song P1").count(), 3);
}

#[test]
fn broken_tables_are_drawn_as_far_as_they_go() {
    let mut table = permit();
    table.steps[3].next = vec![Next {
        outcome: None,
        target: Target::Step(StepCode::new("nowhere")),
    }];
    table.steps[5].roles.clear();
    table.steps.swap(6, 12);
    assert!(draw(&table, &words()).contains("Chưa có vai trò"));
    let only = StepTable {
        steps: vec![with_next(step("A", "", "x"), &[("", "A"), ("ra", "END-REFUSED")])],
        ..StepTable::default()
    };
    assert!(draw(&only, &words()).contains("Từ chối hồ sơ"));
}

#[test]
fn the_flow_can_be_read_aloud() {
    let sentences = text_alternative(&permit(), &words());
    assert_eq!(sentences.len(), 15);
    assert_eq!(
        sentences[1],
        "Bước 2 (B02): Phân công thụ lý; thực hiện: Lãnh đạo Phòng Kinh tế, Hạ tầng và Đô thị; tiếp theo: B03."
    );
    assert!(
        sentences[5].ends_with("có thể bỏ qua; tiếp theo: B07; tiếp theo: B08; tiếp theo: B08a."),
        "{}",
        sentences[5]
    );
    assert!(
        sentences[7].contains("Song song P1, nhánh a; tiếp theo: B09"),
        "{}",
        sentences[7]
    );
    assert!(sentences[0].contains("nếu Từ chối thì: Từ chối hồ sơ"));
    assert!(sentences[14].ends_with("tiếp theo: Kết thúc."));
    assert_eq!(fill("{a}{b}{", &[("a", "{b}"), ("b", "x")]), "{b}x{");
}
