// Is XML walked through tag by tag, and is what is no XML told from its end?
#include "probes/cpu/xml_tags.hpp"

#include <gtest/gtest.h>

#include <string>

namespace weighin {
namespace {

// "+name" opens, "-name" closes, "=name" is empty; "!" at the end: broken.
std::string walk(std::string_view text) {
  XmlTags tags(text);
  XmlTag tag;
  std::string trace;
  while (tags.next(tag)) {
    trace += tag.kind == XmlTag::Kind::open ? '+' : tag.kind == XmlTag::Kind::close ? '-' : '=';
    trace += tag.name;
  }
  return tags.broken() ? trace + "!" : trace;
}

TEST(XmlTags, TagsInTheirOrder) {
  EXPECT_EQ(walk("<?xml version=\"1.0\"?>\n<!DOCTYPE topology SYSTEM \"hwloc2.dtd\">\n"
                 "<topology version=\"2.0\"><!-- <no/> --><object type=\"Machine\">"
                 "<object type='PU'/></object></topology>\n"),
            "+topology+object=object-object-topology");
  EXPECT_EQ(walk(""), "");
  EXPECT_EQ(walk("no tags at all"), "");
}

TEST(XmlTags, AttributesInEitherQuotes) {
  XmlTags tags("<a one=\"1\" two = '2>' three=\"\"  >");
  XmlTag tag;
  ASSERT_TRUE(tags.next(tag));
  EXPECT_EQ(tag.value("one"), "1");
  EXPECT_EQ(tag.value("two"), "2>");
  EXPECT_EQ(tag.value("three"), "");
  EXPECT_EQ(tag.value("four"), "");
  EXPECT_EQ(tag.attributes.size(), 3u);
}

TEST(XmlTags, BrokenTextEndsTheWalk) {
  for (const char* text : {"<a><b", "<a><b x=1>", "<a><b x>", "<a><b x=\"1>", "<a><>", "<a>< b>",
                           "<a><b =\"1\">", "<a><!-- ", "<a><? "}) {
    EXPECT_EQ(walk(text), "+a!") << text;
  }
  std::string many = "<a";
  for (int i = 0; i < 100; ++i) many += " x=\"1\"";
  EXPECT_EQ(walk(many + ">"), "!");
}

}  // namespace
}  // namespace weighin
