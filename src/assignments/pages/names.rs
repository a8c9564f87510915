//! What people call roles, positions and people, in the reader's language.

use crate::assignments::book::Assignee;
use crate::documents::{self, Role};
use crate::kernel::{Language, PersonId, PositionId};
use crate::ledger::Work;
use crate::people::{self, Named, Position};
use crate::web::Failure;
use crate::workflow::RoleCode;
use serde::Serialize;
use std::collections::HashMap;

/// The names that the pages of this room print.
pub(super) struct Names {
    language: Language,
    pub(super) roles: Vec<Role>,
    pub(super) people: Vec<Named>,
    pub(super) positions: Vec<Position>,
    people_by_id: HashMap<PersonId, usize>,
}

/// A role as it is printed.
#[derive(Debug, Clone, Serialize)]
pub(super) struct RoleName {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) external: bool,
}

impl Names {
    pub(super) fn load(work: &mut Work<'_>) -> Result<Self, Failure> {
        let people = people::persons(work)?;
        let people_by_id = people
            .iter()
            .enumerate()
            .map(|(at, person)| (person.id.clone(), at))
            .collect();
        Ok(Self {
            language: work.actor.language,
            roles: documents::roles(work)?,
            positions: people::positions(work)?,
            people,
            people_by_id,
        })
    }

    /// The role with this code; a code that the catalogue does not have is its own name.
    pub(super) fn role(&self, code: &RoleCode) -> RoleName {
        match self.roles.iter().find(|role| role.code == code.as_str()) {
            Some(role) => self.of_role(role),
            None => RoleName {
                code: code.to_string(),
                name: code.to_string(),
                unit: String::new(),
                external: false,
            },
        }
    }

    pub(super) fn of_role(&self, role: &Role) -> RoleName {
        RoleName {
            code: role.code.clone(),
            name: self.pick(&role.name, &role.name_en),
            unit: role.unit.clone(),
            external: role.external,
        }
    }

    pub(super) fn person(&self, id: &PersonId) -> String {
        let found = self.people_by_id.get(id).and_then(|at| self.people.get(*at));
        found.map(|person| person.full_name.clone()).unwrap_or_default()
    }

    pub(super) fn position(&self, id: &PositionId) -> String {
        let found = self.positions.iter().find(|position| position.id == *id);
        found.map(|position| self.of_position(position)).unwrap_or_default()
    }

    pub(super) fn of_position(&self, position: &Position) -> String {
        self.pick(&position.name, &position.name_en)
    }

    pub(super) fn assignee(&self, assignee: &Assignee) -> String {
        match assignee {
            Assignee::Position(id) => self.position(id),
            Assignee::Person(id) => self.person(id),
        }
    }

    /// The title of a document in the reader's language, as far as it has one.
    pub(super) fn pick(&self, vi: &str, en: &str) -> String {
        match self.language {
            Language::En if !en.is_empty() => en.to_owned(),
            Language::En | Language::Vi => vi.to_owned(),
        }
    }
}
