//! The table as regions: the top table and one small table for each branch of a parallel part.

use std::collections::BTreeMap;

use super::{
    problem::{Field, Problem, ProblemCode},
    table::{Next, Step, StepCode, StepTable, Target},
};

/// One element of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// A row, by its place in the table.
    Row(usize),
    /// A whole parallel part, by its place among the groups.
    Group(usize),
}

/// A parallel part.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) name: String,
    /// Its place in the top region.
    pub(super) place: usize,
    /// The names of its branches.
    pub(super) names: Vec<String>,
    /// Its branches; the elements of a branch are rows.
    pub(super) branches: Vec<Vec<Element>>,
    /// Its first row.
    pub(super) first: usize,
}

/// One way on from a row: with this outcome, to this place of the row's own region.
#[derive(Debug, Clone)]
pub(super) struct Way {
    /// The outcome that takes it, if the row names outcomes.
    pub(super) outcome: Option<String>,
    /// A place before an element, or an exit: `elements.len()` leaves a branch or completes the case; in the top
    /// region one more refuses it and two more withdraw it.
    pub(super) place: usize,
}

/// How many ways the top region ends: completed, refused, withdrawn.
pub(super) const TOP_EXITS: usize = 3;

/// The regions of a table and the ways between their places.
#[derive(Debug, Clone, Default)]
pub(super) struct Layout {
    /// The top region.
    pub(super) top: Vec<Element>,
    /// The parallel parts, in the order of the table.
    pub(super) groups: Vec<Group>,
    /// The ways on from each row.
    pub(super) ways: Vec<Vec<Way>>,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy)]
enum Home {
    Top { place: usize },
    Branch { group: usize, branch: usize, place: usize },
}

impl Home {
    fn group(self) -> Option<usize> {
        match self {
            Self::Top { .. } => None,
            Self::Branch { group, .. } => Some(group),
        }
    }
}

/// The layout of a table, with what is wrong in codes, ways and parallel parts. A way that leads nowhere is taken as
/// an exit, so that one mistake does not look like many.
pub(super) fn lay_out(table: &StepTable) -> (Layout, Vec<Problem>) {
    let mut builder = Builder {
        table,
        layout: Layout::default(),
        homes: Vec::new(),
        problems: Vec::new(),
    };
    builder.place_rows();
    builder.count_branches();
    let codes = builder.codes();
    for (row, step) in table.steps.iter().enumerate() {
        let ways = builder.ways_of(row, step, &codes);
        builder.layout.ways.push(ways);
    }
    (builder.layout, builder.problems)
}

struct Builder<'a> {
    table: &'a StepTable,
    layout: Layout,
    homes: Vec<Home>,
    problems: Vec<Problem>,
}

impl<'a> Builder<'a> {
    fn place_rows(&mut self) {
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        let mut branch_names: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let mut before = None;
        for (row, step) in self.table.steps.iter().enumerate() {
            let Some(own) = &step.branch else {
                self.homes.push(Home::Top {
                    place: self.layout.top.len(),
                });
                self.layout.top.push(Element::Row(row));
                before = None;
                continue;
            };
            let at = *names.entry(&own.group).or_insert(self.layout.groups.len());
            if at == self.layout.groups.len() {
                self.layout.groups.push(Group {
                    name: own.group.clone(),
                    place: self.layout.top.len(),
                    names: Vec::new(),
                    branches: Vec::new(),
                    first: row,
                });
                self.layout.top.push(Element::Group(at));
                before = None;
            } else if before.is_none_or(|(group, _)| group != at) {
                self.scattered(row, step);
            }
            let Some(group) = self.layout.groups.get_mut(at) else {
                continue;
            };
            let branch = *branch_names
                .entry((&own.group, &own.branch))
                .or_insert(group.branches.len());
            let mut apart = false;
            if branch == group.branches.len() {
                group.names.push(own.branch.clone());
                group.branches.push(Vec::new());
            } else {
                apart =
                    before.is_some_and(|(before_group, before_branch)| before_group == at && before_branch != branch);
            }
            if let Some(rows) = group.branches.get_mut(branch) {
                self.homes.push(Home::Branch {
                    group: at,
                    branch,
                    place: rows.len(),
                });
                rows.push(Element::Row(row));
            }
            if apart {
                self.scattered(row, step);
            }
            before = Some((at, branch));
        }
    }

    fn scattered(&mut self, row: usize, step: &Step) {
        let Some(own) = &step.branch else { return };
        let args = vec![
            ("step", step.code.to_string()),
            ("group", own.group.clone()),
            ("branch", own.branch.clone()),
        ];
        self.problems.push(Problem::new(
            ProblemCode::ParallelScattered,
            Some(row),
            Field::Parallel,
            args,
        ));
    }

    fn count_branches(&mut self) {
        for group in self.layout.groups.iter().filter(|group| group.branches.len() < 2) {
            let args = vec![("group", group.name.clone()), ("branch", group.names.join(", "))];
            self.problems.push(Problem::new(
                ProblemCode::ParallelOneBranch,
                Some(group.first),
                Field::Parallel,
                args,
            ));
        }
    }

    fn codes(&mut self) -> BTreeMap<&'a StepCode, usize> {
        let mut codes = BTreeMap::new();
        for (row, step) in self.table.steps.iter().enumerate() {
            let first = *codes.entry(&step.code).or_insert(row);
            if step.code.as_str().trim().is_empty() {
                let args = vec![("row", (row + 1).to_string())];
                self.problems
                    .push(Problem::new(ProblemCode::EmptyStepCode, Some(row), Field::Code, args));
            } else if first != row {
                let args = vec![
                    ("step", step.code.to_string()),
                    ("row", (row + 1).to_string()),
                    ("first", (first + 1).to_string()),
                ];
                self.problems.push(Problem::new(
                    ProblemCode::DuplicateStepCode,
                    Some(row),
                    Field::Code,
                    args,
                ));
            }
        }
        codes
    }

    fn ways_of(&mut self, row: usize, step: &Step, codes: &BTreeMap<&StepCode, usize>) -> Vec<Way> {
        let Some(home) = self.homes.get(row).copied() else {
            return Vec::new();
        };
        if step.next.is_empty() {
            let (Home::Top { place } | Home::Branch { place, .. }) = home;
            return vec![Way {
                outcome: None,
                place: place + 1,
            }];
        }
        step.next
            .iter()
            .map(|next| self.way_of(row, home, next, codes))
            .collect()
    }

    fn way_of(&mut self, row: usize, home: Home, next: &Next, codes: &BTreeMap<&StepCode, usize>) -> Way {
        let mut crossed = None;
        let place = match &next.target {
            Target::Step(code) => match codes.get(code).and_then(|target| self.homes.get(*target)) {
                Some(there) => {
                    crossed = Some(*there);
                    self.way(home, *there)
                }
                None => {
                    self.way_problem(ProblemCode::UnknownTarget, row, next, None);
                    return Way {
                        outcome: outcome(next),
                        place: self.exit(home, 0),
                    };
                }
            },
            Target::End | Target::EndRefused | Target::EndWithdrawn => self.end(home, &next.target),
        };
        let place = place.unwrap_or_else(|| {
            let group = [Some(home), crossed].into_iter().flatten().find_map(Home::group);
            let name = group
                .and_then(|group| self.layout.groups.get(group))
                .map(|group| group.name.clone());
            self.way_problem(ProblemCode::ParallelNotJoining, row, next, name);
            self.exit(home, 0)
        });
        Way {
            outcome: outcome(next),
            place,
        }
    }

    /// The place of `there` seen from `home`; `None` when a branch border lies between them. The first row of a
    /// branch stands for its whole parallel part when seen from the top; what follows a parallel part is the exit when
    /// seen from inside.
    fn way(&self, home: Home, there: Home) -> Option<usize> {
        match (home, there) {
            (Home::Top { .. }, Home::Top { place }) => Some(place),
            (Home::Top { .. }, Home::Branch { group, place: 0, .. }) => self.layout.groups.get(group).map(|g| g.place),
            (
                Home::Branch { group, branch, .. },
                Home::Branch {
                    group: g,
                    branch: b,
                    place,
                },
            ) if (group, branch) == (g, b) => Some(place),
            (
                Home::Branch { group, .. },
                Home::Branch {
                    group: next, place: 0, ..
                },
            ) if group != next => {
                let place = self.layout.groups.get(next).map(|g| g.place)?;
                self.exit_to(home, group, place)
            }
            (Home::Branch { group, .. }, Home::Top { place }) => self.exit_to(home, group, place),
            (Home::Top { .. } | Home::Branch { .. }, Home::Branch { .. }) => None,
        }
    }

    fn exit_to(&self, home: Home, group: usize, place: usize) -> Option<usize> {
        let own = self.layout.groups.get(group)?;
        (place == own.place + 1).then(|| self.exit(home, 0))
    }

    fn end(&self, home: Home, target: &Target) -> Option<usize> {
        match (home, target) {
            (Home::Branch { .. }, _) | (_, Target::Step(_)) => None,
            (Home::Top { .. }, Target::End) => Some(self.exit(home, 0)),
            (Home::Top { .. }, Target::EndRefused) => Some(self.exit(home, 1)),
            (Home::Top { .. }, Target::EndWithdrawn) => Some(self.exit(home, 2)),
        }
    }

    fn exit(&self, home: Home, kind: usize) -> usize {
        match home {
            Home::Top { .. } => self.layout.top.len() + kind,
            Home::Branch { group, branch, .. } => self
                .layout
                .groups
                .get(group)
                .and_then(|g| g.branches.get(branch))
                .map_or(0, Vec::len),
        }
    }

    fn way_problem(&mut self, code: ProblemCode, row: usize, next: &Next, group: Option<String>) {
        let step = self
            .table
            .steps
            .get(row)
            .map_or_else(String::new, |step| step.code.to_string());
        let mut args = vec![("step", step), ("target", target_text(&next.target))];
        args.extend(group.map(|group| ("group", group)));
        self.problems.push(Problem::new(code, Some(row), Field::Next, args));
    }
}

/// The outcome of an entry, or `None` when it is only white space.
pub(super) fn outcome(next: &Next) -> Option<String> {
    next.outcome
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// A target as the table writes it.
pub(super) fn target_text(target: &Target) -> String {
    match target {
        Target::Step(code) => code.to_string(),
        Target::End => "END".to_owned(),
        Target::EndRefused => "END-REFUSED".to_owned(),
        Target::EndWithdrawn => "END-WITHDRAWN".to_owned(),
    }
}

impl Layout {
    /// The places that follow each place of a region; the exits come last and nothing follows them.
    pub(super) fn graph(&self, region: &[Element], exits: usize) -> Vec<Vec<usize>> {
        let mut next: Vec<Vec<usize>> = Vec::with_capacity(region.len() + exits);
        for element in region {
            let mut places = match *element {
                Element::Row(row) => self
                    .ways
                    .get(row)
                    .map_or_else(Vec::new, |ways| ways.iter().map(|way| way.place).collect()),
                Element::Group(group) => self
                    .groups
                    .get(group)
                    .map_or_else(Vec::new, |group| vec![group.place + 1]),
            };
            places.sort_unstable();
            places.dedup();
            next.push(places);
        }
        next.resize(region.len() + exits, Vec::new());
        next
    }

    /// The row that stands for an element: itself, or the first row of the parallel part.
    pub(super) fn row_of(&self, element: Element) -> Option<usize> {
        match element {
            Element::Row(row) => Some(row),
            Element::Group(group) => self.groups.get(group).map(|group| group.first),
        }
    }
}
