//! Servers whose TLS is not what it should be.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// With a certificate that nobody vouches for; answers its port.
pub fn self_signed() -> u16 {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    serve(move |mut stream| {
        let mut connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        while connection.is_handshaking() && connection.complete_io(&mut stream).is_ok() {}
    })
}

/// That writes these bytes as soon as it is spoken to, and then falls silent; answers its port.
pub fn answering(bytes: &[u8]) -> u16 {
    let bytes = bytes.to_vec();
    serve(move |mut stream| {
        let mut hello = [0; 4096];
        let spoken_to = stream.read(&mut hello).is_ok() && stream.write_all(&bytes).is_ok();
        // Until the client hangs up.
        while spoken_to && stream.read(&mut hello).is_ok_and(|length| length > 0) {}
    })
}

fn serve(each: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let each = Arc::new(each);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
            let each = Arc::clone(&each);
            std::thread::spawn(move || each(stream));
        }
    });
    port
}
