//! The connection to Redis: `redis://user:password@host:port`, with a time-out for every step. No error repeats the
//! URL.

use crate::error::{Error, Result};
use redis::{
    Client, Connection, ConnectionAddr, IntoConnectionInfo, ProtocolVersion, RedisError, TlsCertificates,
};
use std::path::Path;
use std::time::Duration;

/// The time-out for connecting, and for each answer.
pub(super) const WAIT: Duration = Duration::from_secs(2);
const ACCEPTED: &str = "redis://user:password@host:port or rediss://… (TLS), percent-encoded, is accepted";

/// Where Redis is, and how to reach it. It is not `Debug` on purpose: it holds the password.
pub(in super::super) struct RedisLine {
    client: Client,
    shown: String,
}

/// What one subscriber hears.
pub(super) enum Heard {
    /// The payload of a message.
    Payload(Vec<u8>),
    /// No message came for a while.
    Silence,
}

fn refused(why: &str) -> Error {
    Error::value(format!("target: bus: {why}; {ACCEPTED}"))
}

impl RedisLine {
    /// Parses a URL; `authority` is the file of the authority that signed the server's certificate.
    pub(in super::super) fn parse(url: &str, authority: Option<&Path>) -> Result<Self> {
        let url = redis::parse_redis_url(url).ok_or_else(|| refused("this is no redis:// URL"))?;
        if url.host_str().is_none_or(str::is_empty) || !matches!(url.scheme(), "redis" | "rediss") {
            return Err(refused("the scheme is another one, or the host is missing"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused("a '?' or '#' in it; options of the bus have names of their own"));
        }
        if authority.is_some() && url.scheme() != "rediss" {
            return Err(Error::value("target: bus-ca goes with a rediss:// bus only"));
        }
        let info = url.into_connection_info().map_err(|_| refused("a part of it cannot be read"))?;
        let settings =
            info.redis_settings().clone().set_protocol(ProtocolVersion::RESP2).set_skip_set_lib_name();
        let info = info.set_redis_settings(settings);
        let (scheme, place) = match info.addr() {
            ConnectionAddr::TcpTls { host, port, .. } => ("rediss", (host, port)),
            ConnectionAddr::Tcp(host, port) => ("redis", (host, port)),
            _ => return Err(refused("the host is missing")),
        };
        let shown = format!("{scheme}://{}:{}", place.0, place.1);
        let client = match authority {
            None => Client::open(info),
            Some(path) => {
                let pem = std::fs::read(path).map_err(|error| {
                    Error::value(format!("target: bus-ca: '{}' cannot be read: {error}", path.display()))
                })?;
                Client::build_with_tls(info, TlsCertificates { client_tls: None, root_cert: Some(pem) })
            }
        };
        let client = client.map_err(|error| refused(&said(&error)))?;
        Ok(Self { client, shown })
    }

    /// The URL without its password.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    fn connect(&self) -> redis::RedisResult<Connection> {
        let connection = self.client.get_connection_with_timeout(WAIT)?;
        connection.set_read_timeout(Some(WAIT))?;
        connection.set_write_timeout(Some(WAIT))?;
        Ok(connection)
    }

    /// Publishes on the connection that is kept; on a new one if there is none, or if it was lost meanwhile.
    pub(super) fn publish(
        &self,
        kept: &mut Option<Connection>,
        channel: &str,
        payload: &str,
    ) -> redis::RedisResult<()> {
        let publish =
            |connection: &mut Connection| redis::cmd("PUBLISH").arg(channel).arg(payload).exec(connection);
        if let Some(mut connection) = kept.take()
            && publish(&mut connection).is_ok()
        {
            *kept = Some(connection);
            return Ok(());
        }
        let mut connection = self.connect()?;
        publish(&mut connection)?;
        *kept = Some(connection);
        Ok(())
    }

    /// Listens to a channel until the connection fails, or `hear` returns false. The first call of `hear` gets silence:
    /// after it no message is missed.
    pub(super) fn subscribe(
        &self,
        channel: &str,
        hear: &mut dyn FnMut(Heard) -> bool,
    ) -> redis::RedisResult<()> {
        let mut connection = self.connect()?;
        // This is sent as a plain command, because then a refusal is an error.
        redis::cmd("SUBSCRIBE").arg(channel).query::<(String, String, i64)>(&mut connection)?;
        let mut subscription = connection.as_pubsub();
        let mut goes_on = hear(Heard::Silence);
        while goes_on {
            goes_on = match subscription.get_message() {
                Ok(message) => hear(Heard::Payload(message.get_payload_bytes().to_vec())),
                Err(error) if error.is_timeout() => {
                    // This finds out whether the connection is gone although nobody closed it.
                    subscription.ping::<redis::Value>()?;
                    hear(Heard::Silence)
                }
                Err(error) => return Err(error),
            };
        }
        Ok(())
    }
}

/// The error in one line.
pub(super) fn said(error: &RedisError) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}
