# May the model be installed here?  include() it before the first install(): `cmake --install` stops
# with the sentence, and nothing has been copied yet.
find_program(WEIGHIN_PROGRAM weighin REQUIRED)
set(WEIGHIN_POLICY "${CMAKE_CURRENT_LIST_DIR}/app.policy.json" CACHE FILEPATH "What the app needs")

install(CODE "
  execute_process(
    COMMAND \"${WEIGHIN_PROGRAM}\" gate --policy \"${WEIGHIN_POLICY}\" --on-unknown allow --quiet --as sentence
    RESULT_VARIABLE code OUTPUT_VARIABLE sentence ERROR_VARIABLE error OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR \"\${sentence}\${error}\")
  endif()
")
