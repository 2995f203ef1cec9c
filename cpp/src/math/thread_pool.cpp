#include "math/thread_pool.h"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "wakesleep/threads.h"

#if !defined(__EMSCRIPTEN__) || defined(__EMSCRIPTEN_PTHREADS__)
#define WAKESLEEP_THREADS 1
#endif

namespace wakesleep {
namespace {

constexpr int most_threads = 64;

// A job of fewer additions and multiplications than this is done by the calling thread alone: to hand work to another
// thread and to wait for it takes microseconds, and to wake one that sleeps takes more.
constexpr double least_work_to_share = 1e5;

// Rounds of waiting, some 50 microseconds, before a thread that has no work goes to sleep: longer than the gaps between
// the jobs of a training step. WebAssembly has no instruction for a pause, so its rounds are short.
#ifdef __EMSCRIPTEN__
constexpr int spins_before_sleep = 40000;
#else
constexpr int spins_before_sleep = 2048;
#endif

inline void relax() {
#if defined(__SSE2__) && !defined(__EMSCRIPTEN__)
  __builtin_ia32_pause();
#endif
}

// A job's pieces are dealt out in equal runs, one a thread, always the same: what a thread wrote in the last job of a
// kind is still in its cache. A thread whose run is done takes from the others'.
//
// A ticket is the number of the job in its high half and how many pieces of a run nobody has taken in its low half:
// taking a piece and making sure that there is one, of the job that the thread believes in, is one compare-and-swap, so
// a thread that comes late can do no harm.
class Pool {
 public:
  ~Pool() { stop(); }

  void set_count(int count) {
    stop();
    stopping_ = false;
    done_by_ = std::make_unique<Counter[]>(static_cast<std::size_t>(count));
    shared_jobs_ = 0;
    tickets_ = std::make_unique<Ticket[]>(static_cast<std::size_t>(count));
    count_ = count;
#ifdef WAKESLEEP_THREADS
    for (int i = 1; i < count; ++i) threads_.emplace_back([this, i] { work(i); });
#endif
  }

  int count() const { return count_; }

  std::vector<std::uint64_t> done() const {
    std::vector<std::uint64_t> result;
    for (int i = 0; i < count_; ++i) result.push_back(done_by_[static_cast<std::size_t>(i)].pieces.load());
    return result;
  }

  std::uint64_t shared_jobs() const { return shared_jobs_; }

  // Jobs are begun by one thread at a time, so this is no sum that threads share.
  void count_work(double work) { work_ += work; }
  double work() const { return work_; }

  bool shares(Index pieces, double work) const { return count_ > 1 && pieces > 1 && work >= least_work_to_share; }

  void run_alone(Index pieces, math::Piece piece, void* context) {
    for (Index i = 0; i < pieces; ++i) piece(context, i);
    done_by_[0].pieces.fetch_add(static_cast<std::uint64_t>(pieces), std::memory_order_relaxed);
  }

  void run(Index pieces, math::Piece piece, void* context) {
    ++shared_jobs_;
    piece_ = piece;
    context_ = context;
    pieces_ = pieces;
    finished_.store(0, std::memory_order_relaxed);
    const std::uint32_t job = job_.load(std::memory_order_relaxed) + 1;
    for (int run = 0; run < count_; ++run)
      ticket_of(run).store(
          (static_cast<std::uint64_t>(job) << 32) | static_cast<std::uint32_t>(start_of(run + 1) - start_of(run)),
          std::memory_order_release);
    job_.store(job);
    if (sleepers_.load() > 0) {
      const std::lock_guard lock(mutex_);
      wake_.notify_all();
    }
    take_pieces(job, 0);
    for (int spins = 0; finished_.load(std::memory_order_acquire) != static_cast<std::uint32_t>(pieces); ++spins) {
      relax();
      if (spins > 4096) std::this_thread::yield();
    }
    // Only now: a piece that still runs uses what the caller's frames hold.
    if (failed_.load(std::memory_order_relaxed)) {
      failed_.store(false, std::memory_order_relaxed);
      std::rethrow_exception(std::exchange(failure_, nullptr));
    }
  }

 private:
  struct alignas(64) Counter {
    std::atomic<std::uint64_t> pieces{0};
  };

  struct alignas(64) Ticket {
    std::atomic<std::uint64_t> ticket{0};
  };

  std::atomic<std::uint64_t>& ticket_of(int run) { return tickets_[static_cast<std::size_t>(run)].ticket; }
  // Of the present job: read only by whom holds one of its pieces, or made it.
  Index start_of(int run) const {
    return static_cast<Index>(static_cast<std::int64_t>(pieces_) * run / static_cast<std::int64_t>(count_));
  }

  void take_pieces(std::uint32_t job, int thread) {
    for (int i = 0; i < count_; ++i) take_run(job, thread, (thread + i) % count_);
  }

  void take_run(std::uint32_t job, int thread, int run) {
    std::atomic<std::uint64_t>& shared = ticket_of(run);
    std::uint64_t ticket = shared.load(std::memory_order_acquire);
    for (;;) {
      const auto left = static_cast<std::uint32_t>(ticket);
      if (static_cast<std::uint32_t>(ticket >> 32) != job || left == 0) return;
      if (!shared.compare_exchange_weak(ticket, ticket - 1, std::memory_order_acq_rel, std::memory_order_acquire))
        continue;
      try {
        piece_(context_, start_of(run) + static_cast<Index>(left) - 1);
      } catch (...) {
        if (!failed_.exchange(true)) failure_ = std::current_exception();
      }
      done_by_[static_cast<std::size_t>(thread)].pieces.fetch_add(1, std::memory_order_relaxed);
      finished_.fetch_add(1, std::memory_order_release);
      ticket = shared.load(std::memory_order_acquire);
    }
  }

  void work(int thread) {
    std::uint32_t seen = 0;
    for (;;) {
      // Jobs follow each other within microseconds while a model trains; a thread that finds none for longer than that
      // sleeps.
      for (int spins = 0; job_.load(std::memory_order_acquire) == seen && spins < spins_before_sleep; ++spins) relax();
      if (job_.load(std::memory_order_acquire) == seen) {
        std::unique_lock lock(mutex_);
        sleepers_.fetch_add(1);
        wake_.wait(lock, [&] { return job_.load() != seen || stopping_; });
        sleepers_.fetch_sub(1);
        if (stopping_) return;
      }
      seen = job_.load(std::memory_order_acquire);
      take_pieces(seen, thread);
    }
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      wake_.notify_all();
    }
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    job_.store(0);
    for (int run = 0; run < count_; ++run) ticket_of(run).store(0);
  }

  int count_ = 1;
  std::unique_ptr<Counter[]> done_by_ = std::make_unique<Counter[]>(1);
  std::unique_ptr<Ticket[]> tickets_ = std::make_unique<Ticket[]>(1);
  std::uint64_t shared_jobs_ = 0;
  double work_ = 0;
  std::vector<std::thread> threads_;
  math::Piece piece_ = nullptr;
  void* context_ = nullptr;
  Index pieces_ = 0;
  std::exception_ptr failure_;  // of the piece that failed first; ordered before the caller's look by finished_
  std::atomic<bool> failed_{false};
  alignas(64) std::atomic<std::uint32_t> finished_{0};
  alignas(64) std::atomic<std::uint32_t> job_{0};
  std::atomic<int> sleepers_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
};

Pool& pool() {
  static Pool instance;
  return instance;
}

}  // namespace

void set_thread_count(int threads) {
  if (threads < 1 || threads > most_threads)
    throw std::out_of_range("threads must be 1 to " + std::to_string(most_threads) + ", not " +
                            std::to_string(threads));
#ifndef WAKESLEEP_THREADS
  if (threads != 1)
    throw std::out_of_range("this build has one thread, so threads must be 1, not " + std::to_string(threads));
#endif
  pool().set_count(threads);
}

int thread_count() { return pool().count(); }

std::vector<std::uint64_t> work_done_by_thread() { return pool().done(); }

std::uint64_t jobs_shared_by_threads() { return pool().shared_jobs(); }

namespace math {

double work_done() { return pool().work(); }
void count_work(double work) { pool().count_work(work); }

void run_pieces(Index pieces, double work, Piece piece, void* context) {
  const double all = static_cast<double>(pieces) * work;
  pool().count_work(all);
  pool().shares(pieces, all) ? pool().run(pieces, piece, context) : pool().run_alone(pieces, piece, context);
}

}  // namespace math
}  // namespace wakesleep
