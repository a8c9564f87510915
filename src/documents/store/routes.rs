//! The routes of review and approval: one for each kind of document, and one for each field that has its own.

use crate::documents::route::{Meaning, Needs, NewStage, Route, RouteStage};
use crate::documents::schema::routes as rows;
use crate::kernel::{PositionId, new_id};
use crate::ledger::Work;
use crate::people::{self, Position};
use crate::procedures::Kind;
use diesel::prelude::*;

type Row = (String, String, i64, Meaning, Needs, PositionId, Option<i64>);

fn load(work: &mut Work<'_>, kind: Option<Kind>) -> QueryResult<Vec<Row>> {
    let agency = work.agency();
    let mut query = rows::table
        .filter(rows::agency_id.eq(agency))
        .order((rows::kind, rows::field, rows::stage_no))
        .select((
            rows::kind,
            rows::field,
            rows::stage_no,
            rows::meaning,
            rows::needs,
            rows::position_id,
            rows::days,
        ))
        .into_boxed();
    if let Some(kind) = kind {
        query = query.filter(rows::kind.eq(kind.as_str()));
    }
    query.load(work.conn)
}

/// The positions come in the order of their codes, and so they stand in each stage.
fn route((kind, field): (Kind, &str), rows: &[Row], positions: &[Position]) -> Route {
    let own: Vec<&Row> = rows
        .iter()
        .filter(|row| row.0 == kind.as_str() && row.1 == field)
        .collect();
    let mut stages: Vec<RouteStage> = Vec::new();
    for (_, _, stage_no, meaning, needs, _, days) in &own {
        if stages.iter().any(|stage| stage.stage_no == *stage_no) {
            continue;
        }
        let is_in = |position: &&Position| own.iter().any(|row| row.2 == *stage_no && row.5 == position.id);
        let positions = positions.iter().filter(is_in).cloned().collect();
        stages.push(RouteStage {
            stage_no: *stage_no,
            meaning: *meaning,
            needs: *needs,
            positions,
            days: *days,
        });
    }
    Route {
        kind,
        field: Some(field.to_owned()).filter(|field| !field.is_empty()),
        stages,
    }
}

/// The route of a whole kind of document; without stages while none is set.
///
/// # Errors
/// When the database fails.
pub fn route_of(work: &mut Work<'_>, kind: Kind) -> QueryResult<Route> {
    route_for(work, kind, "")
}

/// The route that a version of this kind and field takes: that of the field if it has its own, else that of the kind.
///
/// # Errors
/// When the database fails.
pub fn route_for(work: &mut Work<'_>, kind: Kind, field: &str) -> QueryResult<Route> {
    let rows = load(work, Some(kind))?;
    let positions = people::positions(work)?;
    let own = route((kind, field), &rows, &positions);
    if field.is_empty() || !own.stages.is_empty() {
        return Ok(own);
    }
    Ok(route((kind, ""), &rows, &positions))
}

/// All routes: those of the kinds in their order, without stages where none is set, and after each kind those of its
/// fields that have their own.
///
/// # Errors
/// When the database fails.
pub fn routes(work: &mut Work<'_>) -> QueryResult<Vec<Route>> {
    let rows = load(work, None)?;
    let positions = people::positions(work)?;
    let mut all = Vec::new();
    for kind in Kind::ALL {
        all.push(route((*kind, ""), &rows, &positions));
        let own = rows.iter().filter(|row| row.0 == kind.as_str() && !row.1.is_empty());
        let mut fields: Vec<&str> = own.map(|row| row.1.as_str()).collect();
        fields.dedup();
        all.extend(fields.into_iter().map(|field| route((*kind, field), &rows, &positions)));
    }
    Ok(all)
}

/// Puts the stages in the place of the route that the kind, or one field of it, had; none takes the route away.
pub(in crate::documents) fn replace_route(
    work: &mut Work<'_>,
    (kind, field): (Kind, &str),
    stages: &[NewStage],
) -> QueryResult<usize> {
    let agency = work.agency();
    let old = rows::agency_id
        .eq(&agency)
        .and(rows::kind.eq(kind.as_str()))
        .and(rows::field.eq(field));
    let taken = diesel::delete(rows::table.filter(old)).execute(work.conn)?;
    for (stage_no, stage) in (1_i64..).zip(stages) {
        for position in &stage.positions {
            diesel::insert_into(rows::table)
                .values((
                    rows::id.eq(new_id()),
                    rows::agency_id.eq(&agency),
                    rows::kind.eq(kind.as_str()),
                    rows::field.eq(field),
                    rows::stage_no.eq(stage_no),
                    rows::meaning.eq(stage.meaning),
                    rows::needs.eq(stage.needs),
                    rows::position_id.eq(position),
                    rows::days.eq(stage.days),
                ))
                .execute(work.conn)?;
        }
    }
    Ok(taken)
}
