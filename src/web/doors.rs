//! Doors: every route with its lock. A route without a lock cannot be written down.

use super::broken::fail_closed;
use super::lanes::Lane;
use crate::kernel::Permission;
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, Responder, Route};

/// Who may come through a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, signed in or not.
    Anyone,
    /// Anybody who is signed in.
    SignedIn,
    /// Whoever has this permission.
    May(Permission),
    /// Whoever has one of these permissions.
    MayAny(&'static [Permission]),
}

/// One route: method, path pattern and lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    /// The method.
    pub method: Method,
    /// The pattern, as `/documents/{code}`.
    pub path: &'static str,
    /// The lock.
    pub access: Access,
    /// In which lane those who come wait for their turn.
    pub lane: Lane,
}

/// All doors of the site, collected room by room.
#[derive(Default)]
pub struct Doors {
    list: Vec<Door>,
    routes: Vec<(&'static str, Vec<Route>)>,
}

impl Doors {
    /// Adds a page.
    pub fn get<F, Args>(&mut self, path: &'static str, access: Access, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(Method::GET, path, access, web::get().to(handler));
    }

    /// Adds an act.
    pub fn post<F, Args>(&mut self, path: &'static str, access: Access, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(Method::POST, path, access, web::post().to(handler));
    }

    fn add(&mut self, method: Method, path: &'static str, access: Access, route: Route) {
        self.list.push(Door {
            method,
            path,
            access,
            lane: Lane::default(),
        });
        match self.routes.iter_mut().find(|(known, _)| *known == path) {
            Some((_, routes)) => routes.push(route),
            None => self.routes.push((path, vec![route])),
        }
    }

    /// Puts a door into another lane than the ordinary one; `false` when there is no such door.
    #[must_use]
    pub fn put_into(&mut self, lane: Lane, method: &Method, path: &str) -> bool {
        let mut doors = self.list.iter_mut();
        let door = doors.find(|door| door.method == *method && door.path == path);
        door.map(|door| door.lane = lane).is_some()
    }

    /// The doors as a list: for the gate, and for the test that knocks on each.
    pub fn list(&self) -> &[Door] {
        &self.list
    }

    /// Opens the doors in an application.
    pub fn open(self, config: &mut ServiceConfig) {
        for (path, routes) in self.routes {
            let resource = routes.into_iter().fold(web::resource(path), actix_web::Resource::route);
            config.service(resource.wrap(from_fn(fail_closed)));
        }
    }
}
