//! Second factors and the rule of an agency in the database.

use super::{Kind, Rule, Standing};
use crate::db::AnyConnection;
use crate::kernel::{AccessRole, AgencyId, PersonId};
use crate::ledger::Work;
use crate::people::schema::{factor_rules, persons, recovery_codes, second_factors};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;

/// A second factor as its person sees it.
#[derive(Debug, Clone, Serialize)]
pub(in crate::people) struct Factor {
    pub(in crate::people) id: String,
    pub(in crate::people) kind: Kind,
    pub(in crate::people) name: String,
    pub(in crate::people) made_at: NaiveDateTime,
    pub(in crate::people) used_at: Option<NaiveDateTime>,
    pub(in crate::people) removed_at: Option<NaiveDateTime>,
}

/// The rule of an agency as pages show it.
#[derive(Debug, Clone, Serialize)]
pub(in crate::people) struct RuleShown {
    pub(in crate::people) rule: Rule,
    pub(in crate::people) reason: String,
    pub(in crate::people) decided_at: Option<NaiveDateTime>,
    pub(in crate::people) by: Option<String>,
}

/// Whether a person has a second factor that was confirmed and not removed.
pub(in crate::people) fn has_any(conn: &mut AnyConnection, person: (&AgencyId, &PersonId)) -> QueryResult<bool> {
    let own = second_factors::table
        .filter(
            second_factors::agency_id
                .eq(person.0)
                .and(second_factors::person_id.eq(person.1)),
        )
        .filter(
            second_factors::confirmed_at
                .is_not_null()
                .and(second_factors::removed_at.is_null()),
        );
    diesel::select(diesel::dsl::exists(own)).get_result(conn)
}

/// Whether a person has a passkey.
pub(in crate::people) fn has_passkey(conn: &mut AnyConnection, person: (&AgencyId, &PersonId)) -> QueryResult<bool> {
    Ok(standing(conn, person, &[], false)?.has_passkey)
}

/// How a person with these access roles stands; a short password holds only beside a second factor.
pub(in crate::people) fn standing(
    conn: &mut AnyConnection,
    person: (&AgencyId, &PersonId),
    access: &[AccessRole],
    has_short_password: bool,
) -> QueryResult<Standing> {
    let kinds: Vec<Kind> = second_factors::table
        .filter(
            second_factors::agency_id
                .eq(person.0)
                .and(second_factors::person_id.eq(person.1)),
        )
        .filter(
            second_factors::confirmed_at
                .is_not_null()
                .and(second_factors::removed_at.is_null()),
        )
        .select(second_factors::kind)
        .load(conn)?;
    if !kinds.is_empty() {
        return Ok(Standing {
            has_factor: true,
            has_passkey: kinds.contains(&Kind::Passkey),
            must_enrol: false,
        });
    }
    Ok(Standing {
        has_factor: false,
        has_passkey: false,
        must_enrol: has_short_password || newest_rule(conn, person.0)?.demands(access),
    })
}

fn newest_rule(conn: &mut AnyConnection, agency: &AgencyId) -> QueryResult<Rule> {
    let found = factor_rules::table
        .filter(factor_rules::agency_id.eq(agency))
        .order((factor_rules::decided_at.desc(), factor_rules::id.desc()))
        .select(factor_rules::rule)
        .first::<Rule>(conn)
        .optional()?;
    Ok(found.unwrap_or(Rule::Duties))
}

/// The rule of the agency, with who decided it and why.
pub(in crate::people) fn rule(work: &mut Work<'_>) -> QueryResult<RuleShown> {
    type Row = (Rule, String, NaiveDateTime, Option<PersonId>);
    let agency = work.agency();
    let found: Option<Row> = factor_rules::table
        .filter(factor_rules::agency_id.eq(&agency))
        .order((factor_rules::decided_at.desc(), factor_rules::id.desc()))
        .select((
            factor_rules::rule,
            factor_rules::reason,
            factor_rules::decided_at,
            factor_rules::decided_by,
        ))
        .first(work.conn)
        .optional()?;
    let Some((rule, reason, at, by)) = found else {
        return Ok(RuleShown {
            rule: Rule::Duties,
            reason: String::new(),
            decided_at: None,
            by: None,
        });
    };
    let by = match by {
        Some(by) => persons::table
            .filter(persons::agency_id.eq(&agency).and(persons::id.eq(by)))
            .select(persons::full_name)
            .first(work.conn)
            .optional()?,
        None => None,
    };
    Ok(RuleShown {
        rule,
        reason,
        decided_at: Some(at),
        by,
    })
}

/// All confirmed second factors of a person, removed ones too, oldest first.
pub(in crate::people) fn factors(work: &mut Work<'_>, person: &PersonId) -> QueryResult<Vec<Factor>> {
    type Row = (
        String,
        Kind,
        String,
        NaiveDateTime,
        Option<NaiveDateTime>,
        Option<NaiveDateTime>,
    );
    let agency = work.agency();
    let rows: Vec<Row> = second_factors::table
        .filter(
            second_factors::agency_id
                .eq(&agency)
                .and(second_factors::person_id.eq(person)),
        )
        .filter(second_factors::confirmed_at.is_not_null())
        .order((second_factors::made_at, second_factors::id))
        .select((
            second_factors::id,
            second_factors::kind,
            second_factors::name,
            second_factors::made_at,
            second_factors::used_at,
            second_factors::removed_at,
        ))
        .load(work.conn)?;
    let factor = |(id, kind, name, made_at, used_at, removed_at): Row| Factor {
        id,
        kind,
        name,
        made_at,
        used_at,
        removed_at,
    };
    Ok(rows.into_iter().map(factor).collect())
}

/// How many recovery codes a person has left.
pub(in crate::people) fn recovery_left(work: &mut Work<'_>, person: &PersonId) -> QueryResult<i64> {
    let agency = work.agency();
    recovery_codes::table
        .filter(
            recovery_codes::agency_id
                .eq(&agency)
                .and(recovery_codes::person_id.eq(person)),
        )
        .filter(recovery_codes::used_at.is_null())
        .count()
        .get_result(work.conn)
}

/// The secrets of a person's apps: id, sealed secret, step of the last code that was used.
pub(super) fn secrets(
    work: &mut Work<'_>,
    person: &PersonId,
    is_confirmed: bool,
) -> QueryResult<Vec<(String, String, i64, NaiveDateTime)>> {
    let agency = work.agency();
    let own = second_factors::table
        .filter(
            second_factors::agency_id
                .eq(&agency)
                .and(second_factors::person_id.eq(person)),
        )
        .filter(
            second_factors::kind
                .eq(Kind::Totp)
                .and(second_factors::removed_at.is_null()),
        )
        .order(second_factors::made_at.desc())
        .select((
            second_factors::id,
            second_factors::secret,
            second_factors::last_step,
            second_factors::made_at,
        ));
    if is_confirmed {
        own.filter(second_factors::confirmed_at.is_not_null()).load(work.conn)
    } else {
        own.filter(second_factors::confirmed_at.is_null()).load(work.conn)
    }
}
