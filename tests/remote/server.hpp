// What does a server on loopback answer that the tests make up?
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace weighin::test {

/// A request as it came in; header names in lower case.
struct Asked {
  std::string path;  ///< with its query
  std::map<std::string, std::string> headers;
  long from = -1, to = -1;  ///< of "Range: bytes=FROM-TO"
};

/// What goes out: pieces with a pause before each; then the connection stays, or is closed.
struct Answer {
  std::vector<std::string> pieces;
  int pause_milliseconds = 0;
  bool close = false;
  bool endless = false;  ///< the last piece again and again, until the other side hangs up
};

class Server {
 public:
  using Handler = std::function<Answer(const Asked&)>;

  explicit Server(Handler handler) : handler_(std::move(handler)) {
    // The machine's proxies are not for loopback.
    for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"})
      unsetenv(name);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
        listen(listener_, 16) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) != 0)
      std::abort();
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~Server() {
    stop_ = true;
    acceptor_.join();  // it alone adds threads
    for (std::thread& each : threads_) each.join();
    close(listener_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return port_; }
  std::string url(const std::string& path) const {
    return fmt::format("http://127.0.0.1:{}{}", port_, path);
  }
  std::vector<Asked> asked() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return asked_;
  }

 private:
  void accept_all() {
    while (!stop_) {
      pollfd waiting{listener_, POLLIN, 0};
      if (poll(&waiting, 1, 20) != 1) continue;
      const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) continue;
      threads_.emplace_back([this, connection] {
        serve(connection);
        close(connection);
      });
    }
  }

  void serve(int connection) {
    std::string text;
    while (!stop_) {
      pollfd waiting{connection, POLLIN, 0};
      if (poll(&waiting, 1, 20) != 1) continue;
      char block[4096];
      const ssize_t count = recv(connection, block, sizeof block, 0);
      if (count <= 0) return;
      text.append(block, static_cast<std::size_t>(count));
      const std::size_t end = text.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      const Asked asked = understood(text.substr(0, end + 2));
      text.erase(0, end + 4);
      Answer answer;
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        asked_.push_back(asked);
        answer = handler_(asked);
      }
      for (const std::string& piece : answer.pieces) {
        if (!sent(connection, piece, answer.pause_milliseconds)) return;
      }
      while (answer.endless && !stop_) {
        if (!sent(connection, answer.pieces.back(), answer.pause_milliseconds)) return;
      }
      if (answer.close) return;
    }
  }

  bool sent(int connection, const std::string& piece, int pause_milliseconds) {
    for (int waited = 0; waited < pause_milliseconds && !stop_; waited += 10)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    std::size_t done = 0;
    while (done < piece.size() && !stop_) {
      const ssize_t count =
          send(connection, piece.data() + done, piece.size() - done, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count < 0 && errno == EAGAIN) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        continue;
      }
      if (count <= 0) return false;
      done += static_cast<std::size_t>(count);
    }
    return !stop_;
  }

  static Asked understood(const std::string& text) {
    Asked asked;
    std::size_t begin = text.find("\r\n");
    const std::string first = text.substr(0, begin);
    const std::size_t path = first.find(' ') + 1;
    asked.path = first.substr(path, first.rfind(' ') - path);
    begin += 2;
    for (std::size_t end; (end = text.find("\r\n", begin)) != std::string::npos; begin = end + 2) {
      const std::string line = text.substr(begin, end - begin);
      const std::size_t colon = line.find(':');
      if (colon == std::string::npos) continue;
      std::string name = line.substr(0, colon);
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      asked.headers[name] = line.substr(colon + 2);
    }
    if (const auto range = asked.headers.find("range"); range != asked.headers.end())
      std::sscanf(range->second.c_str(), "bytes=%ld-%ld", &asked.from, &asked.to);
    return asked;
  }

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::vector<Asked> asked_;
  std::thread acceptor_;
  std::vector<std::thread> threads_;
};

/// A plain answer.
inline Answer answer(const std::string& status, const std::string& headers,
                     const std::string& body) {
  return {
      {fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n{}\r\n", status, body.size(), headers) +
       body}};
}

/// What an honest server with ranges says.
inline Answer ranged(const Asked& asked, const std::string& file,
                     const std::string& headers = "ETag: \"one\"\r\n") {
  if (asked.from < 0) return answer("200 OK", headers, file);
  const long size = static_cast<long>(file.size());
  if (asked.from >= size)
    return answer("416 Range Not Satisfiable", fmt::format("Content-Range: bytes */{}\r\n", size),
                  "");
  const long to = std::min(asked.to, size - 1);
  return answer("206 Partial Content",
                headers + fmt::format("Content-Range: bytes {}-{}/{}\r\n", asked.from, to, size),
                file.substr(static_cast<std::size_t>(asked.from),
                            static_cast<std::size_t>(to - asked.from + 1)));
}

/// A file whose bytes tell their own place.
inline std::string numbered(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>((i * 2654435761u) >> 13);
  return text;
}

}  // namespace weighin::test
