//! `mysql://user:password@host:port,host:port/database?option=value`: parsed, and shown without its password.
//! No error repeats a part that might hold a secret.

use super::bus::RedisLine;
use crate::error::{Error, Result};
use mysql::{ClientIdentity, OptsBuilder, SslOpts};
use percent_encoding::percent_decode_str;
use std::path::PathBuf;
use std::time::Duration;

const PORT: u16 = 3306;
const OPTIONS: &str = "connect-timeout, read-timeout, lock-timeout, timeout (seconds), ssl-mode, ssl-ca, ssl-cert, \
    ssl-key, socket, bus, bus-ca";

/// The contents of a URL: where the servers are and how to reach them. It is not `Debug` on purpose: it holds the
/// password.
pub(super) struct ServerUrl {
    user: String,
    password: String,
    /// The servers, in order of preference.
    pub(super) hosts: Vec<(String, u16)>,
    pub(super) database: String,
    socket: Option<String>,
    ssl: Option<SslOpts>,
    connect_timeout: Duration,
    read_timeout: Duration,
    /// How long a statement waits for a row that somebody else has locked, in whole seconds.
    pub(super) lock_timeout_s: u64,
    /// How long a call tries to find a server that works, or the outcome of a commit.
    pub(super) timeout: Duration,
    /// The Redis server through which processes tell each other that there is news.
    pub(super) bus: Option<RedisLine>,
}

fn refused(why: impl std::fmt::Display) -> Error {
    Error::value(format!("target: {why}; mysql://user:password@host:port,host:port/database is accepted"))
}

fn decoded(part: &str, what: &str) -> Result<String> {
    let text = percent_decode_str(part).decode_utf8();
    text.map(Into::into).map_err(|_| refused(format!("the {what} is no percent-encoded UTF-8")))
}

fn host(text: &str, number: usize) -> Result<(String, u16)> {
    let bad_port = || refused(format!("the port of host {number} is no number from 1 to 65535"));
    let (name, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, "")) => (name, None),
        Some((name, port)) => (name, Some(port.strip_prefix(':').ok_or_else(bad_port)?)),
        None => text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port))),
    };
    if text.matches(':').count() > 1 && !text.starts_with('[') {
        return Err(refused(format!(
            "host {number} has several ':'; an IPv6 address stands in brackets, [::1]:3306"
        )));
    }
    if name.is_empty() {
        return Err(refused(format!("host {number} has no name")));
    }
    if name.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
        return Err(refused(format!("the name of host {number} holds a space or a line break")));
    }
    let port = port.map_or(Ok(PORT), |port| port.parse().map_err(|_| bad_port()))?;
    if port == 0 {
        return Err(bad_port());
    }
    Ok((decoded(name, "host")?, port))
}

fn seconds(name: &str, value: &str) -> Result<f64> {
    let seconds = value.parse().ok().filter(|&seconds| seconds > 0.0 && seconds <= 86_400.0);
    seconds.ok_or_else(|| {
        Error::value(format!("target: {name}: '{value}'; a number of seconds > 0 and ≤ 86400 is accepted"))
    })
}

#[derive(Default)]
struct Tls {
    mode: Option<String>,
    ca: Option<PathBuf>,
    cert: Option<PathBuf>,
    key: Option<PathBuf>,
}

impl Tls {
    /// The options have the meaning that they have in MySQL's own client. If an authority is given, it is checked.
    fn options(self) -> Result<Option<SslOpts>> {
        for (name, path) in [("ssl-ca", &self.ca), ("ssl-cert", &self.cert), ("ssl-key", &self.key)] {
            if let Some(path) = path.as_ref().filter(|path| !path.is_file()) {
                return Err(Error::value(format!("target: {name}: there is no file '{}'", path.display())));
            }
        }
        let identity = match (self.cert, self.key) {
            (None, None) => None,
            (Some(cert), Some(key)) => Some(ClientIdentity::new(cert, key)),
            _ => return Err(Error::value("target: ssl-cert and ssl-key go together; one is missing")),
        };
        let given = self.ca.is_some() || identity.is_some();
        let options = SslOpts::default().with_client_identity(identity);
        let mode = self.mode.unwrap_or_else(|| if given { "VERIFY_IDENTITY" } else { "DISABLED" }.to_owned());
        Ok(match &*mode.to_ascii_uppercase() {
            "DISABLED" if given => {
                return Err(Error::value(
                    "target: ssl-mode: DISABLED does not go with ssl-ca, ssl-cert or ssl-key",
                ));
            }
            "DISABLED" => None,
            "REQUIRED" => {
                Some(options.with_danger_accept_invalid_certs(true).with_danger_skip_domain_validation(true))
            }
            "VERIFY_CA" => {
                Some(options.with_root_cert_path(self.ca).with_danger_skip_domain_validation(true))
            }
            "VERIFY_IDENTITY" => Some(options.with_root_cert_path(self.ca)),
            _ => {
                return Err(Error::value(format!(
                    "target: ssl-mode: '{mode}'; DISABLED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY is accepted"
                )));
            }
        })
    }
}

impl ServerUrl {
    pub(super) fn parse(url: &str) -> Result<Self> {
        let rest = url.strip_prefix("mysql://").unwrap_or(url);
        let (place, options) = rest.split_once('?').unwrap_or((rest, ""));
        // This takes the last `@` and the `/` after it, because everything before may be part of a password.
        let (login, place) = place.rsplit_once('@').ok_or_else(|| {
            let cut = rest.contains('@');
            refused(if cut {
                "the user is missing, or a '?' of the password is not written %3F"
            } else {
                "the user is missing"
            })
        })?;
        let (hosts, database) = place.split_once('/').ok_or_else(|| refused("the database is missing"))?;
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        if user.is_empty() {
            return Err(refused("the user is missing"));
        }
        if database.is_empty() || database.contains('/') {
            return Err(refused("the database is missing or holds a '/'"));
        }
        let hosts = hosts.split(',').enumerate().map(|(index, text)| host(text, index + 1));
        let mut parsed = Self {
            user: decoded(user, "user")?,
            password: decoded(password, "password")?,
            hosts: hosts.collect::<Result<_>>()?,
            database: decoded(database, "database")?,
            socket: None,
            ssl: None,
            connect_timeout: Duration::from_secs(3),
            read_timeout: Duration::from_secs(10),
            lock_timeout_s: 5,
            timeout: Duration::from_secs(20),
            bus: None,
        };
        parsed.options(options)?;
        Ok(parsed)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds() bounds it")]
    fn options(&mut self, options: &str) -> Result<()> {
        let mut tls = Tls::default();
        let mut bus: (Option<String>, Option<PathBuf>) = (None, None);
        for (index, option) in options.split('&').filter(|option| !option.is_empty()).enumerate() {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            let value = decoded(value, "option")?;
            match name {
                "connect-timeout" => self.connect_timeout = Duration::from_secs_f64(seconds(name, &value)?),
                "read-timeout" => self.read_timeout = Duration::from_secs_f64(seconds(name, &value)?),
                "lock-timeout" => self.lock_timeout_s = seconds(name, &value)?.ceil() as u64,
                "timeout" => self.timeout = Duration::from_secs_f64(seconds(name, &value)?),
                "ssl-mode" => tls.mode = Some(value),
                "ssl-ca" => tls.ca = Some(value.into()),
                "ssl-cert" => tls.cert = Some(value.into()),
                "ssl-key" => tls.key = Some(value.into()),
                "socket" => self.socket = Some(value),
                "bus" => bus.0 = Some(value),
                "bus-ca" => bus.1 = Some(value.into()),
                _ => {
                    let number = index + 1;
                    return Err(Error::value(format!(
                        "target: option {number} is unknown; {OPTIONS} are accepted"
                    )));
                }
            }
        }
        self.ssl = tls.options()?;
        self.bus = match bus {
            (None, Some(_)) => return Err(Error::value("target: bus-ca goes with bus=rediss://… only")),
            (url, authority) => url.map(|url| RedisLine::parse(&url, authority.as_deref())).transpose()?,
        };
        Ok(())
    }

    /// The URL without its secrets.
    pub(super) fn shown(&self) -> String {
        let hosts: Vec<String> = (0..self.hosts.len()).map(|host| self.host_shown(host)).collect();
        format!("mysql://{}@{}/{}", self.user, hosts.join(","), self.database)
    }

    pub(super) fn host_shown(&self, host: usize) -> String {
        self.hosts.get(host).map_or_else(String::new, |(name, port)| {
            if name.contains(':') { format!("[{name}]:{port}") } else { format!("{name}:{port}") }
        })
    }

    /// The connection options for the driver. `patience`: how long an answer may take, if that is longer than usual.
    pub(super) fn builder(&self, host: usize, patience: Option<Duration>) -> OptsBuilder {
        let (name, port) = self.hosts.get(host).cloned().unwrap_or_default();
        OptsBuilder::new()
            .ip_or_hostname(Some(name))
            .tcp_port(port)
            .socket(self.socket.clone())
            .prefer_socket(false) // else a loopback address would silently become a socket
            .user(Some(self.user.clone()))
            .pass(Some(self.password.clone()))
            .db_name(Some(self.database.clone()))
            .ssl_opts(self.ssl.clone())
            .tcp_connect_timeout(Some(self.connect_timeout))
            .read_timeout(Some(
                patience.map_or(self.read_timeout, |patience| patience.max(self.read_timeout)),
            ))
            .write_timeout(Some(self.read_timeout))
            .tcp_keepalive_time_ms(Some(10_000))
            .max_allowed_packet(Some(1 << 30)) // what is too big, the server says
            .stmt_cache_size(128)
    }
}
