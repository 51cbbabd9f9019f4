//! A TCP proxy on loopback that adds a delay to every round trip: `delay PORT MICROSECONDS`.
//!
//! It delays what clients send and passes answers on at once: for whoever waits for answers, that is a slower network.
//! Each connection has threads of its own, so none waits for another, and what comes meanwhile is on its way too.
//! It prints its own port, and ends with its input. `make bench` compiles it; it needs nothing but the standard library.

use std::env;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

const CHUNK_BYTES: usize = 256 * 1024;

/// Reads until the end, and gives away what came.
fn receive(source: &mut TcpStream, mut give: impl FnMut(&[u8]) -> bool) {
    let mut buffer = vec![0; CHUNK_BYTES];
    while let Ok(count @ 1..) = source.read(&mut buffer) {
        if !give(&buffer[..count]) {
            break;
        }
    }
}

/// Sends what is due.
fn send_due(chunks: &Receiver<(Instant, Vec<u8>)>, sink: &mut TcpStream) {
    for (due, chunk) in chunks {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        if sink.write_all(&chunk).is_err() {
            break;
        }
    }
    // Whoever waits for an answer learns that none comes.
    let _ = sink.shutdown(Shutdown::Both);
}

fn link(mut client: TcpStream, port: u16, delay: Duration) -> io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", port))?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut asker, mut asked, mut answered) =
        (client.try_clone()?, server.try_clone()?, server.try_clone()?);
    let (later, chunks) = mpsc::channel();
    thread::spawn(move || {
        receive(&mut asker, |chunk| later.send((Instant::now() + delay, chunk.to_vec())).is_ok());
    });
    thread::spawn(move || send_due(&chunks, &mut asked));
    thread::spawn(move || {
        receive(&mut answered, |chunk| client.write_all(chunk).is_ok());
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
    });
    Ok(())
}

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1).filter_map(|text| text.parse::<u64>().ok());
    let (Some(port), Some(delay_us)) =
        (arguments.next().and_then(|port| u16::try_from(port).ok()), arguments.next())
    else {
        return Err(io::Error::other("usage: delay PORT MICROSECONDS"));
    };
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    println!("{}", listener.local_addr()?.port());
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            if let Err(error) = link(client, port, Duration::from_micros(delay_us)) {
                eprintln!("delay: {error}");
            }
        }
    });
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}
