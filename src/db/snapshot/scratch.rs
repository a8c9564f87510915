//! A PostgreSQL database that a drill fills and empties again. It is marked before it is filled, so that what a drill left
//! which was killed is told from what belongs to somebody.

use super::{Text, copying, must_be_empty};
use crate::db::{AnyConnection, DbError, connection};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

/// The lock of the database by which two drills know of each other; it goes with the connection.
const LOCK: i64 = 0x7175_7974_7269_6e68;

/// Such a database, held until this is dropped.
pub struct ScratchServer(PgConnection);

impl ScratchServer {
    /// Marks and holds the database at `url`; what a drill left in it is removed.
    ///
    /// # Errors
    /// [`DbError::NotEmpty`] when it has tables that no drill left; when another drill is at work with it.
    pub fn begin(url: &str) -> Result<Self, DbError> {
        let AnyConnection::Postgres(mut conn) = connection::establish(url)? else {
            return Err(copying("a drill needs the address of a server here"));
        };
        let ask = |conn: &mut PgConnection, sql: String| -> Result<bool, DbError> {
            let found: Text = diesel::sql_query(sql).get_result(conn)?;
            Ok(found.value == "true")
        };
        if !ask(&mut conn, format!("SELECT pg_try_advisory_lock({LOCK})::text AS value"))? {
            return Err(copying("another drill is at work with the scratch database"));
        }
        let marked = "SELECT (to_regnamespace('quytrinh_drill') IS NOT NULL)::text AS value";
        if ask(&mut conn, marked.to_owned())? {
            tracing::info!("Emptying the scratch database of a drill that was broken off");
            conn.batch_execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")?;
        }
        must_be_empty(url)?;
        conn.batch_execute("CREATE SCHEMA IF NOT EXISTS quytrinh_drill")?;
        Ok(Self(conn))
    }

    /// Takes everything out of it, and the mark.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn empty(&mut self) -> Result<(), DbError> {
        let all = "DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA quytrinh_drill";
        Ok(self.0.batch_execute(all)?)
    }
}
