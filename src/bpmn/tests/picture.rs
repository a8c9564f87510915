//! The picture: nothing lies on anything else, and every line is upright or level.

use proptest::prelude::*;

use super::written;
use crate::nets::{XmlElement, XmlLimits, parse_xml};
use crate::workflow::StepTable;
use crate::workflow::tests::properties::{build, parts};
use crate::workflow::tests::samples::{office, table};

/// Left, top, right, bottom.
type Area = (i32, i32, i32, i32);

struct Picture {
    pool: Area,
    lanes: Vec<Area>,
    nodes: Vec<(String, Area)>,
    lines: Vec<(String, Vec<(i32, i32)>)>,
    labels: Vec<(String, Area)>,
}

fn area(element: &XmlElement) -> Area {
    let number = |name: &str| {
        element
            .child("Bounds")
            .unwrap()
            .attribute(name)
            .unwrap()
            .parse::<i32>()
            .unwrap()
    };
    (
        number("x"),
        number("y"),
        number("x") + number("width"),
        number("y") + number("height"),
    )
}

fn picture(table: &StepTable) -> Picture {
    let limits = XmlLimits {
        bytes: 1 << 24,
        elements: 1 << 20,
        depth: 20,
        text: 1 << 16,
        skip: &[],
    };
    let root = parse_xml(written(table).as_bytes(), &limits).unwrap();
    let plane = root.child("BPMNDiagram").unwrap().child("BPMNPlane").unwrap();
    let named = |element: &XmlElement| element.attribute("bpmnElement").unwrap().to_owned();
    let mut labels = Vec::new();
    for element in &plane.children {
        labels.extend(element.child("BPMNLabel").map(|label| (named(element), area(label))));
    }
    let flat: Vec<(String, Area, bool)> = plane
        .named("BPMNShape")
        .map(|own| (named(own), area(own), own.attribute("isHorizontal").is_some()))
        .collect();
    let point = |point: &XmlElement| {
        let number = |name: &str| point.attribute(name).unwrap().parse::<i32>().unwrap();
        (number("x"), number("y"))
    };
    Picture {
        pool: flat[0].1,
        lanes: flat[1..].iter().filter(|own| own.2).map(|own| own.1).collect(),
        nodes: flat
            .iter()
            .filter(|own| !own.2)
            .map(|own| (own.0.clone(), own.1))
            .collect(),
        lines: plane
            .named("BPMNEdge")
            .map(|own| (named(own), own.named("waypoint").map(point).collect()))
            .collect(),
        labels,
    }
}

fn meet(one: Area, other: Area) -> bool {
    one.0 < other.2 && other.0 < one.2 && one.1 < other.3 && other.1 < one.3
}

fn within(one: Area, other: Area) -> bool {
    other.0 <= one.0 && other.1 <= one.1 && one.2 <= other.2 && one.3 <= other.3
}

fn check(table: &StepTable) {
    let Picture {
        pool,
        lanes,
        nodes,
        lines,
        labels,
    } = picture(table);
    assert!(lanes.iter().all(|lane| within(*lane, pool)));
    for pair in lanes.windows(2) {
        assert_eq!(pair[0].3, pair[1].1);
    }
    assert_eq!(lanes.last().unwrap().3, pool.3);
    for (at, (id, node)) in nodes.iter().enumerate() {
        assert!(lanes.iter().any(|lane| within(*node, *lane)), "{id} {node:?}");
        for (other, area) in &nodes[..at] {
            assert!(!meet(*node, *area), "{id} {node:?} lies on {other} {area:?}");
        }
    }
    for (id, line) in &lines {
        assert!(line.len() >= 2, "{id}");
        let ends = [line[0], line[line.len() - 1]];
        for (x, y) in ends {
            let touches = |(_, node): &(String, Area)| {
                let inside = node.0 <= x && x <= node.2 && node.1 <= y && y <= node.3;
                inside && (x == node.0 || x == node.2 || y == node.1 || y == node.3)
            };
            assert!(nodes.iter().any(touches), "{id} {line:?} hangs in the air");
        }
        for pair in line.windows(2) {
            let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
            assert!(x == to_x || y == to_y, "{id} {line:?} is slanting");
            let part = (x.min(to_x), y.min(to_y), x.max(to_x) + 1, y.max(to_y) + 1);
            for (other, node) in &nodes {
                let inner = (node.0 + 1, node.1 + 1, node.2, node.3);
                assert!(!meet(part, inner), "{id} {line:?} runs through {other} {node:?}");
            }
            assert!(
                within((part.0, part.1, part.2 - 1, part.3 - 1), pool),
                "{id} {line:?} leaves {pool:?}"
            );
        }
    }
    for (id, label) in &labels {
        let hit = nodes.iter().find(|(_, node)| meet(*label, *node));
        assert!(hit.is_none(), "the name of {id} {label:?} lies on {hit:?}");
    }
}

#[test]
fn the_office_is_drawn_without_overlaps() {
    let mut table = office();
    for (row, step) in table.steps.iter_mut().enumerate() {
        step.name = "Thẩm định hồ sơ, lấy ý kiến cơ quan có liên quan ".repeat(row);
        step.roles = vec![crate::workflow::RoleCode::new(format!("role{}", row % 4))];
    }
    check(&table);
    assert_eq!(written(&table), written(&table.clone()));
}

#[test]
fn branches_in_one_lane_lie_under_each_other() {
    let table = table(&["B1 @P/a", "B2 @P/a >again=B1 >on=B5", "B3 @P/b", "B4 @P/c", "B5"]);
    check(&table);
    let picture = picture(&table);
    let top = |id: &str| picture.nodes.iter().find(|node| node.0 == id).unwrap().1.1;
    assert!(top("B1") < top("B3") && top("B3") < top("B4"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn random_tables_are_drawn_without_overlaps(parts in parts(), roles in prop::collection::vec(0_u8..4, 24)) {
        let mut table = build(&parts);
        for (step, role) in table.steps.iter_mut().zip(roles) {
            step.roles = vec![crate::workflow::RoleCode::new(format!("role{role}"))];
        }
        check(&table);
    }
}
